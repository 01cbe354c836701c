/**
 * Addresses below `/desk`, in the browser's history. They name a case by its id, never anything of its content. Before
 * them stands the language of the page, as in `/ar/desk`; nothing stands there where nobody chose one.
 */

/** What an address shows. */
export type Route =
  | { readonly at: "inbox" }
  | { readonly at: "case"; readonly id: string }
  | { readonly at: "overview" }
  | { readonly at: "work" }
  | { readonly at: "indicators" }
  | { readonly at: "handover" }
  | { readonly at: "cover" }
  | { readonly at: "identities" }
  | { readonly at: "identity"; readonly id: string }
  | { readonly at: "audit" }
  | { readonly at: "account" }
  | { readonly at: "nowhere" };

/** How one came there: by a link or key, or by the browser's way back and forward. */
export type Way = "forward" | "back";

/** What of an address says the page's language: `/ar` of `/ar/desk/overview`, nothing of `/desk/overview`. */
export function languagePart(path: string): string {
  return /^(\/[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)\/(?:desk|enroll)(?:\/|$)/.exec(path)?.[1] ?? "";
}

// There is no address where the sources run in Node.
const SPOKEN = typeof location === "undefined" ? "" : languagePart(location.pathname);
export const INBOX = `${SPOKEN}/desk`;
export const OVERVIEW = `${INBOX}/overview`;
export const WORK = `${INBOX}/work`;
export const INDICATORS = `${INBOX}/indicators`;
export const HANDOVER = `${INBOX}/handover`;
export const COVER = `${INBOX}/cover`;
export const IDENTITIES = `${INBOX}/identity`;
export const AUDIT = `${INBOX}/audit`;
export const ACCOUNT = `${INBOX}/account`;
/** Where newcomers enroll. */
export const ENROLL = `${SPOKEN}/enroll`;
const CASES = `${INBOX}/cases`;
const ID = /^[0-9a-f]{32}$/;

/** The address of a case. */
export function caseAddress(id: string): string {
  return `${CASES}/${id}`;
}

/** The address of a case as its custodians see it. */
export function identityAddress(id: string): string {
  return `${IDENTITIES}/${id}`;
}

/** What the address `path` shows. */
export function routeOf(path: string): Route {
  const plain = path.replace(/\/+$/, "");
  if (plain === INBOX) return { at: "inbox" };
  if (plain === OVERVIEW) return { at: "overview" };
  if (plain === WORK) return { at: "work" };
  if (plain === INDICATORS) return { at: "indicators" };
  if (plain === HANDOVER) return { at: "handover" };
  if (plain === COVER) return { at: "cover" };
  if (plain === IDENTITIES) return { at: "identities" };
  const asked = idBelow(IDENTITIES, plain);
  if (asked !== null) return { at: "identity", id: asked };
  if (plain === AUDIT) return { at: "audit" };
  if (plain === ACCOUNT) return { at: "account" };
  const id = idBelow(CASES, plain);
  return id === null ? { at: "nowhere" } : { at: "case", id };
}

/** The id at the end of an address right below `parent`; null for every other address. */
function idBelow(parent: string, path: string): string | null {
  const id = path.startsWith(`${parent}/`) ? path.slice(parent.length + 1) : "";
  return ID.test(id) ? id : null;
}

/** Follows links within the desk without loading the document again. */
export class Router {
  /** `arrived` is told of every change of address; `mayLeave` says whether a link or key may be followed now. */
  constructor(
    readonly arrived: (route: Route, way: Way) => void,
    readonly mayLeave: () => boolean,
  ) {}

  /** Where the browser is. */
  get here(): Route {
    return routeOf(location.pathname);
  }

  /** Begins to follow links and the browser's buttons. */
  start(): void {
    addEventListener("popstate", () => {
      this.arrived(this.here, "back");
    });
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (link === null || event.defaultPrevented || event.button !== 0 || isModified(event)) return;
      if (link.origin !== location.origin || link.hasAttribute("download") || link.hash !== "") return;
      if (routeOf(link.pathname).at === "nowhere") return;
      event.preventDefault();
      this.go(link.pathname);
    });
  }

  /** Goes to an address of the desk. */
  go(path: string): void {
    if (!this.mayLeave()) return;
    if (location.pathname !== path) history.pushState(null, "", path);
    this.arrived(routeOf(path), "forward");
  }
}

function isModified(event: MouseEvent): boolean {
  return event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
}
