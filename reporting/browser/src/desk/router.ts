/** Addresses below `/desk`, in the browser's history. They name a case by its id, never anything of its content. */

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

export const INBOX = "/desk";
export const OVERVIEW = "/desk/overview";
export const WORK = "/desk/work";
export const INDICATORS = "/desk/indicators";
export const HANDOVER = "/desk/handover";
export const COVER = "/desk/cover";
export const IDENTITIES = "/desk/identity";
const IDENTITY = /^\/desk\/identity\/([0-9a-f]{32})$/;
export const AUDIT = "/desk/audit";
export const ACCOUNT = "/desk/account";
const CASE = /^\/desk\/cases\/([0-9a-f]{32})$/;

/** The address of a case. */
export function caseAddress(id: string): string {
  return `/desk/cases/${id}`;
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
  const [, asked] = IDENTITY.exec(plain) ?? [];
  if (asked !== undefined) return { at: "identity", id: asked };
  if (plain === AUDIT) return { at: "audit" };
  if (plain === ACCOUNT) return { at: "account" };
  const [, id] = CASE.exec(plain) ?? [];
  return id === undefined ? { at: "nowhere" } : { at: "case", id };
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
