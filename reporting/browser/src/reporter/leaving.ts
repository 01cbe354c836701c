/**
 * Ways off a reporter's page: quickly, by accident, and by the browser's own memory of pages.
 *
 * Whichever way it goes, text is cleared first and the worker, which holds the keys, is ended. A page has no
 * history entries of its own, so that *back* shows nothing of what was done on it.
 */

const PRESSES = 3;
const WITHIN = 2_000; // milliseconds for all three

/** What a page holds that must not stay behind. */
export interface Holding {
  /** Whether leaving now would lose what the person wrote or has not yet kept. */
  unsent(): boolean;
  /** Clears every text that script or person put on the page, and ends the worker. */
  wipe(): void;
}

/** Empties every field below `root`, files and choices too. */
export function clearFields(root: ParentNode): void {
  for (const field of root.querySelectorAll("input, textarea, select")) {
    if (field instanceof HTMLTextAreaElement) field.value = "";
    else if (field instanceof HTMLSelectElement) field.selectedIndex = -1;
    else if (field instanceof HTMLInputElement) {
      if (field.type === "checkbox" || field.type === "radio") field.checked = false;
      else field.value = "";
    }
  }
}

/** Watches every way off the page, from now on. Call it once. */
export function watchLeaving(holding: Holding): void {
  const exit = document.getElementById("exit");
  let leaving = false;
  const leave = (): void => {
    if (!(exit instanceof HTMLAnchorElement)) return;
    leaving = true;
    wipeAll(holding);
    // The slow link to the other site must not leave this one to be read in the meantime.
    document.body.replaceChildren();
    document.title = "\u00a0";
    location.replace(exit.href);
  };
  exit?.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  onTripleEscape(leave);
  // As an attribute of the window: its answer is understood by browsers of every age.
  globalThis.onbeforeunload = (event): string | undefined => {
    if (leaving || !holding.unsent()) return undefined;
    event.preventDefault();
    return " ";
  };
  watchHistory(holding);
  keepTextBesideLinks(holding);
}

// Phones' browsers do not warn before a page is left: while there is text, other pages open beside it.
function keepTextBesideLinks(holding: Holding): void {
  document.addEventListener(
    "click",
    ({ target }) => {
      const link = target instanceof Element ? target.closest("a[href]") : null;
      if (!(link instanceof HTMLAnchorElement) || link.id === "exit" || link.download !== "") return;
      if (link.hash !== "" && link.pathname === location.pathname) return;
      link.target = holding.unsent() ? "_blank" : "";
      link.rel = "noopener noreferrer";
    },
    { capture: true },
  );
}

function wipeAll(holding: Holding): void {
  holding.wipe();
  clearFields(document);
}

function onTripleEscape(leave: () => void): void {
  let presses: number[] = [];
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || event.repeat) return;
      presses = [...presses, event.timeStamp].slice(-PRESSES);
      const [first = 0] = presses;
      if (presses.length === PRESSES && event.timeStamp - first <= WITHIN) leave();
    },
    { capture: true },
  );
}

// A browser may keep a page as it was for *back* and *forward*: it keeps an empty one, which starts anew.
function watchHistory(holding: Holding): void {
  globalThis.addEventListener("pagehide", () => {
    wipeAll(holding);
  });
  globalThis.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
