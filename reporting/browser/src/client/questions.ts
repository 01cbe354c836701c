/** The questionnaires that explain the answers of the cases that a member opens, loaded once each. */

import { b64encode } from "../protocol/encoding.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { Questionnaire } from "../questionnaires/models.ts";
import { readServed } from "../questionnaires/reading.ts";
import type { Site } from "./site.ts";

/** Questionnaires by id, as {@link Showing} takes them. */
export class Questionnaires {
  readonly #loaded = new Map<string, Questionnaire>();

  /**
   * The questionnaire of a channel, alone in a map; none where it cannot be had, or is not the one that the
   * directory names: answers are then shown under bare ids.
   */
  async of(site: Site, channelId: string): Promise<ReadonlyMap<string, Questionnaire>> {
    const channel = site.directory.channels.find(({ id }) => id === channelId);
    if (channel === undefined) return new Map();
    const { id, sha256 } = channel.questionnaire;
    const hash = b64encode(sha256);
    try {
      const found = this.#loaded.get(hash) ?? readServed(await site.questionnaire(channel), id);
      this.#loaded.set(hash, found);
      return new Map([[id, found]]);
    } catch (error) {
      if (error instanceof ProtocolError) return new Map();
      throw error;
    }
  }
}
