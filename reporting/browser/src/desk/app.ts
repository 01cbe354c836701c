/** The desk as a whole: who is there, which page shows, what is said, and when it locks. */

import { type TemplateResult, html, nothing, render } from "lit/html.js";

import { find } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { AdministrationPage, mayAdminister } from "./administration.ts";
import { AuditPage } from "./audit.ts";
import { AccountPage } from "./account.ts";
import { AccountNewsBox } from "./account_news.ts";
import { CaseList } from "./case_list.ts";
import { CasePage } from "./case.ts";
import { closeDialog, dialogIsOpen } from "./confirm.ts";
import { CoverPage } from "./cover.ts";
import { Enroller, takeInvitation } from "./enroll.ts";
import { failureWords, isEnded, isSignedOut } from "./failing.ts";
import { HandoverPage } from "./handover.ts";
import { IdentityPage } from "./identity_case.ts";
import { IdentitiesPage } from "./identity_list.ts";
import { IdleWatch, type IdleState } from "./idle.ts";
import { IndicatorsPage } from "./indicators.ts";
import { InboxPage } from "./inbox.ts";
import { Keyboard } from "./keyboard.ts";
import { Notice } from "./notice.ts";
import { NowherePage, OverviewPage } from "./overview.ts";
import type { Context, Page, Unsent } from "./page.ts";
import { partsNav } from "./parts_nav.ts";
import { ACCOUNT, ENROLL, INBOX, type Route, Router, type Way } from "./router.ts";
import { Door, type Said } from "./session.ts";
import { SignIn } from "./sign_in.ts";
import { isCustodian, mayAudit, mayLead, mayList, mayMeasure, mayProtect, maySeeOverview } from "./roles.ts";
import type { Session } from "../workers/desk_api.ts";
import { askWho, withStepUp } from "./step_up.ts";
import { WaitingPage } from "./waiting.ts";
import { WorkPage } from "./work.ts";

const DRAFT_TIME = 3_000; // milliseconds that keeping a draft may take before the lock ends the worker

/** The desk. */
export class Desk {
  readonly #bar = find("#bar", HTMLElement);
  readonly #main = find("main", HTMLElement);
  readonly #foot = find("#foot", HTMLElement);
  readonly #door = new Door((said) => {
    this.#heard(said);
  });
  /** The worker, asking who is there before acts that want it. */
  readonly #remote = withStepUp(() => this.#door.remote, () => this.#prove());
  readonly #router: Router;
  readonly #idle: IdleWatch;
  readonly #notice: Notice;
  readonly #signIn: SignIn;
  readonly #keyboard = new Keyboard(() => (this.#door.standing === "open" ? this.#page : null));
  #enroller: Enroller | null = null;
  /** What happened to the account meanwhile. */
  #news: AccountNewsBox | null = null;
  #list = new CaseList();
  #inbox: InboxPage | null = null;
  #page: Page | null = null;
  #unsent: Unsent | null = null;
  /** Who was here last, over a lock too. */
  #before: string | null = null;
  #warning: IdleState = { state: "in-use" };
  #painting = false;
  #fault = "";

  constructor() {
    const repaint = (): void => {
      this.#repaint();
    };
    this.#router = new Router(
      (route, way) => {
        this.#arrive(route, way);
      },
      () => this.#door.standing === "open",
    );
    this.#notice = new Notice(repaint, (error) => this.#words(error));
    const opened = (): void => {
      this.#opened();
    };
    this.#signIn = new SignIn({ door: this.#door, remote: this.#remote, repaint, opened });
    this.#idle = new IdleWatch((state) => {
      this.#idled(state);
    });
  }

  /** Takes the page over, and asks to sign in or to unlock. */
  async start(): Promise<void> {
    this.#main.replaceChildren();
    this.#router.start();
    this.#keyboard.start();
    addEventListener("pagehide", () => {
      this.#vanish();
    });
    addEventListener("pageshow", (event) => {
      if (event.persisted) location.reload();
    });
    if (location.pathname === ENROLL && this.#enroll()) return;
    try {
      await this.#door.look();
    } catch (error) {
      this.#fault = failureWords(error);
    }
    this.#repaint();
    this.#focusEntry();
  }

  /** Begins to enroll where the address brings an invitation. */
  #enroll(): boolean {
    const token = takeInvitation();
    addEventListener("hashchange", () => {
      if (location.pathname === ENROLL) location.reload();
    });
    if (token === "") {
      history.replaceState(null, "", INBOX);
      return false;
    }
    const end = (): void => {
      this.#enroller = null;
      history.replaceState(null, "", INBOX);
    };
    this.#enroller = new Enroller(
      {
        door: this.#door,
        remote: this.#remote,
        repaint: () => {
          this.#repaint();
        },
        opened: () => {
          end();
          this.#opened();
        },
        toDoor: () => {
          end();
          void this.#door.look().finally(() => {
            this.#repaint();
            this.#focusEntry();
          });
        },
      },
      token,
    );
    addEventListener("beforeunload", (event) => {
      if (this.#enroller?.isUnderWay === true) event.preventDefault();
    });
    this.#repaint();
    void this.#enroller.start();
    return true;
  }

  /** Asks who is there; whether the person showed it. */
  #prove(): Promise<boolean> {
    const { session, remote } = this.#door;
    return session === null ? Promise.resolve(false) : askWho(remote, session.factors);
  }

  #opened(): void {
    const { session } = this.#door;
    const other = this.#before !== null && this.#before !== session?.member;
    this.#before = session?.member ?? null;
    if (this.#unsent !== null && this.#unsent.member !== session?.member) this.#unsent = null;
    this.#list = new CaseList();
    this.#inbox = null;
    this.#notice.clear();
    if (session !== null) this.#idle.start(session.idle);
    this.#news = new AccountNewsBox({ remote: this.#remote, repaint: () => { this.#repaint(); } });
    void this.#news.load();
    // Nobody lands in the case that somebody else had open.
    if (other) this.#router.go(INBOX);
    else this.#arrive(this.#router.here, "forward");
  }

  #context(): Context {
    const { session } = this.#door;
    if (session === null) throw new Error("nobody is signed in");
    const door = this.#door;
    return {
      remote: this.#remote,
      get session() {
        return door.session ?? session;
      },
      became: (changed) => {
        const isRenewed = door.session !== null && door.session.keys !== changed.keys;
        door.arrived(changed);
        if (isRenewed) this.#notice.say(gettext("Your new keys are in force."));
      },
      prove: () => this.#prove(),
      list: this.#list,
      repaint: () => {
        this.#repaint();
      },
      go: (path) => {
        this.#router.go(path);
      },
      say: (text, undo) => {
        this.#notice.say(text, undo);
        keepRowInSight();
      },
      words: (error) => this.#words(error),
      hold: (unsent) => {
        this.#unsent = { ...unsent, member: session.member };
      },
      held: (caseId) => {
        const found = this.#unsent?.case === caseId ? this.#unsent : null;
        if (found !== null) this.#unsent = null;
        return found;
      },
    };
  }

  #arrive(route: Route, way: Way): void {
    if (this.#door.session === null) {
      this.#repaint();
      return;
    }
    closeDialog();
    void this.#page?.left?.();
    this.#page?.gone?.();
    this.#notice.clear();
    const page = this.#pageOf(route, this.#door.session);
    this.#page = page;
    this.#paint();
    if (page.entered === undefined) this.#focusHeading();
    else page.entered(way);
  }

  #pageOf(route: Route, { roles, awaiting }: Session): Page {
    const context = this.#context();
    if (route.at === "account") return new AccountPage(context);
    if (awaiting !== null) return new WaitingPage(context, () => { this.#arrive(this.#router.here, "forward"); });
    if (route.at === "overview" || (route.at === "inbox" && !mayList(roles) && maySeeOverview(roles))) return new OverviewPage(context);
    if (route.at === "work" && mayProtect(roles)) return new WorkPage(context);
    if (mayMeasure(roles) && (route.at === "indicators" || (route.at === "inbox" && !mayList(roles) && !mayAdminister(roles)))) return new IndicatorsPage(context);
    if (route.at === "audit" && mayAudit(roles)) return new AuditPage(context);
    if (route.at === "cover" && mayLead(roles)) return new CoverPage(context);
    if (route.at === "handover" && mayLead(roles)) return new HandoverPage(context);
    if (isCustodian(roles)) {
      if (route.at === "identity") return new IdentityPage(context, route.id);
      if (route.at === "identities" || (route.at === "inbox" && !mayList(roles))) return new IdentitiesPage(context);
    }
    if (route.at === "identity" || route.at === "identities" || route.at === "work" || route.at === "indicators") return new NowherePage(true);
    if (route.at === "case") return new CasePage(context, route.id);
    if (route.at === "inbox" && !mayList(roles) && mayAdminister(roles)) return new AdministrationPage(context);
    if (route.at === "nowhere" || !mayList(roles)) return new NowherePage(route.at === "nowhere");
    this.#inbox ??= new InboxPage(context);
    return this.#inbox;
  }

  #words(error: unknown): string | null {
    if (isEnded(error)) return null;
    if (!isSignedOut(error)) return failureWords(error);
    void this.#shut(gettext("Your session has ended. Sign in again; what you were writing is kept."), () => this.#door.expire());
    return null;
  }

  #idled(state: IdleState): void {
    this.#warning = state;
    if (state.state === "over") void this.#lock(gettext("The desk locked itself after a while without input."));
    else this.#repaint();
  }

  /** Leaves nothing for the browser to keep of the page, which it may show again for a moment on the way back. */
  #vanish(): void {
    this.#clear(this.#door.lock())();
    this.#unsent = null;
    for (const form of document.forms) form.reset();
  }

  async #lock(reason: string): Promise<void> {
    await this.#shut(reason, () => this.#door.lock());
  }

  /** Another tab was locked or signed out by hand: so is this one, since the person leaves. */
  #heard(said: Said): void {
    if (said === "locked") void this.#lock(gettext("You locked the desk."));
    else void this.#shut(gettext("Your session has ended. Sign in again; what you were writing is kept."), () => this.#door.expire());
  }

  async #signOut(): Promise<void> {
    await this.#shut("", () => this.#door.lock());
    await this.#door.signOut();
    this.#repaint();
  }

  /** Takes everything off the screen and the keys out of reach at once; ends the worker when the draft is kept. */
  async #shut(reason: string, leave: () => () => void): Promise<void> {
    if (this.#door.standing !== "open") return;
    const page = this.#page;
    this.#signIn.reason = reason;
    const end = this.#clear(leave());
    this.#focusEntry();
    await Promise.race([page?.left?.(), new Promise((resolve) => setTimeout(resolve, DRAFT_TIME))]);
    end();
  }

  /** Takes everything of the desk off the screen. */
  #clear(end: () => void): () => void {
    this.#idle.stop();
    this.#warning = { state: "in-use" };
    closeDialog();
    this.#page?.gone?.();
    this.#page = null;
    this.#inbox = null;
    this.#news = null;
    this.#enroller = null;
    this.#signIn.clear();
    this.#list = new CaseList();
    this.#notice.clear();
    this.#paint();
    return end;
  }

  /** Where only the passphrase is asked for, it can be typed at once. */
  #focusEntry(): void {
    if (this.#door.standing !== "locked") this.#focusHeading();
    else requestAnimationFrame(() => document.getElementById("passphrase")?.focus());
  }

  #focusHeading(): void {
    requestAnimationFrame(() => {
      const heading = this.#main.querySelector("h1");
      heading?.focus({ preventScroll: true });
      scrollTo(0, 0);
    });
  }

  #repaint(): void {
    if (this.#painting) return;
    this.#painting = true;
    queueMicrotask(() => {
      this.#painting = false;
      this.#paint();
    });
  }

  #paint(): void {
    // The keys are here as soon as there is a session, also while backup codes are still to be copied.
    const { session } = this.#door;
    if (session !== null && !this.#idle.isOn) this.#idle.start(session.idle);
    const open = this.#door.standing === "open" && this.#page !== null ? this.#page : null;
    const title = open?.title ?? this.#enroller?.title ?? this.#signIn.title;
    document.title = `${title} · ${gettext("Desk")}`;
    document.body.classList.toggle("desk-open", open !== null);
    render(open === null ? nothing : this.#barView(), this.#bar);
    render(open === null ? this.#doorView() : html`${this.#news?.view()}${open.view()}`, this.#main);
    render(session === null ? nothing : html`${this.#warningView()}${this.#notice.view()}`, this.#foot);
  }

  #doorView(): TemplateResult | typeof nothing {
    if (this.#enroller !== null) return this.#enroller.view();
    if (this.#door.standing !== "starting") return this.#signIn.view();
    if (this.#fault === "") return html`<p class="sign-in" role="status">${gettext("One moment …")}</p>`;
    return html`<div class="sign-in">
      <h1 tabindex="-1">${gettext("The desk cannot be reached")}</h1>
      <div class="fault" role="alert"><p>${this.#fault}</p></div>
      <button type="button" class="primary" @click=${() => { location.reload(); }}>${gettext("Try again")}</button>
    </div>`;
  }

  #barView(): TemplateResult {
    const { session } = this.#door;
    const roles = session?.roles ?? [];
    const { at } = this.#router.here;
    return html`<div class="bar-inner">
      <span class="bar-name">${gettext("Desk")}</span>
      ${partsNav(roles, this.#router.here)}
      <a class="bar-who" href=${ACCOUNT} aria-current=${at === "account" ? "page" : nothing} title=${gettext("Your account")}><bdi>${session?.label}</bdi></a>
      <div class="bar-ways">
        <a class="bar-account" href=${ACCOUNT}>${gettext("Account")}</a>
        <button type="button" class="bar-keys" @click=${() => { this.#keyboard.help(); }} aria-label=${gettext("Keys")}>?</button>
        <button type="button" @click=${() => { this.#door.tell("locked"); void this.#lock(gettext("You locked the desk.")); }}>${gettext("Lock")}</button>
        <button type="button" class="quiet" @click=${() => void this.#signOut()}>${gettext("Sign out")}</button>
      </div>
    </div>`;
  }

  #warningView(): TemplateResult | typeof nothing {
    const warning = this.#warning;
    if (warning.state !== "warning" || dialogIsOpen()) return nothing;
    return html`<div class="idle-warning" role="alert">
      <p>${gettext("The desk will lock soon, because nothing was typed or moved. What you are writing is kept.")}
        <span aria-hidden="true" class="digits">${gettext("{seconds} s", { seconds: warning.left })}</span></p>
      <button type="button" class="primary">${gettext("Stay")}</button>
    </div>`;
  }
}

/** What is said at the foot does not cover the row that has the keyboard. */
function keepRowInSight(): void {
  requestAnimationFrame(() => {
    document.activeElement?.closest(".case-row")?.scrollIntoView({ block: "nearest" });
  });
}
