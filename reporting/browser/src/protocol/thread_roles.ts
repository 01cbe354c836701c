/** Who may write what on a case's channel, as far as the directory at hand tells (protocol sections 8.6 to 8.8). */

import type { Directory } from "./directory.ts";
import type { Role } from "./directory_parts.ts";
import type { Entry } from "./entry.ts";
import { MEASURE_FORM } from "./measures.ts";
import { FORM as ASSESSMENT_FORM } from "./risk.ts";

/** Roles of those who deal with cases. Neither a custodian nor the key in the safe does. */
export const DEALING: readonly Role[] = ["intake", "investigator", "protection"];
/** Roles of those who decide on protection. */
export const OFFICERS: readonly Role[] = ["protection"];
/** The standing of whoever wrote what their roles are not for, as far as can be seen. */
export const OTHER_ROLE = "other-role";

const FORMS = new Map<unknown, readonly Role[]>([
  ["refusal-1", OFFICERS],
  ["finding-1", DEALING],
  [MEASURE_FORM, OFFICERS],
]);

/** Members who deal with the cases of a channel, or have one of `roles` there, by the directory at hand. */
export function dealing(directory: Directory, channelId: string | undefined, roles: readonly Role[] = DEALING): ReadonlySet<string> {
  const channel = directory.channels.find(({ id }) => id === channelId);
  return new Set(roles.flatMap((role) => channel?.roles.get(role) ?? []));
}

/** The people of a case: by the directory, and `before`, those who held it or were given access. */
export class Roles {
  constructor(
    readonly directory: Directory,
    readonly channel: string | undefined,
    readonly excluded: readonly string[],
    private readonly before: (member: string) => boolean,
  ) {}

  /**
   * Whether a member with that standing acts in one of the `roles`. A directory tells roles of today only. Of keys and
   * members that were before, those who held this case may.
   */
  may(member: string, standing: string, roles: readonly Role[]): boolean {
    return dealing(this.directory, this.channel, roles).has(member) || (standing !== "member" && this.before(member));
  }

  /** The standing of whoever wrote `entry`; {@link OTHER_ROLE} where their roles are not for that. */
  standing(entry: Entry, standing: string): string {
    const needed = this.needed(entry);
    return needed.length > 0 && !this.may(entry.author, standing, needed) ? OTHER_ROLE : standing;
  }

  private needed({ kind, author, body }: Entry): readonly Role[] {
    const { form } = body;
    if (author === "reporter" || kind !== "protection") return [];
    // In cases of reports whoever may write assesses the risk.
    if (form === ASSESSMENT_FORM) return this.isProtection() ? OFFICERS : [];
    return FORMS.get(form) ?? [];
  }

  private isProtection(): boolean {
    return this.directory.channels.some(({ id, kind }) => id === this.channel && kind === "protection");
  }
}
