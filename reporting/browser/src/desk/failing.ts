/** What to tell about an error, and which errors end the session. */

import { N_, ProtocolError } from "../protocol/errors.ts";
import { explain, gettext } from "../ui/i18n.ts";
import { RemoteError } from "../workers/rpc.ts";

const FAILED = N_("Something on this page failed. Nothing you typed is lost; try again, or load the page again.");
const MAY_HAVE_ARRIVED = N_("It may have arrived all the same: open the case again and look, before you send it once more.");

/** Whether the worker was ended while it worked: nobody needs to hear of it. */
export function isEnded(error: unknown): boolean {
  return error instanceof RemoteError && error.failure.name === "Ended";
}

/** Whether the server's session is over. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof RemoteError && error.failure.details["kind"] === "not-signed-in";
}

/** The error in words, with what to do; `wrong` is said where something secret was typed that is not right. */
export function failureWords(error: unknown, wrong = ""): string {
  if (!(error instanceof ProtocolError)) return gettext(FAILED);
  if (wrong !== "" && error instanceof RemoteError && error.failure.details["kind"] === "wrong-credentials") return wrong;
  const words = explain(error);
  const uncertain = error instanceof RemoteError && error.failure.details["mayHaveArrived"] === true;
  return uncertain ? `${words} ${gettext(MAY_HAVE_ARRIVED)}` : words;
}
