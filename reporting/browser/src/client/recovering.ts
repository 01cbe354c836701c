/** A lost passphrase: the recovery code opens the vault once more, for a new passphrase and for nothing else. */

import { b64encode, sha256 } from "../protocol/encoding.ts";
import { CannotOpen, N_ } from "../protocol/errors.ts";
import type { ReceiptCode } from "../protocol/receipt.ts";
import { systemRandom } from "../protocol/signing.ts";
import * as vaults from "../protocol/vault.ts";
import { bytes, fetchVault } from "./kept_vault.ts";
import { PASSPHRASE, RECOVERY, openWith } from "./signing_in.ts";
import { SESSION, type Staff } from "./staff.ts";
import type { Transport } from "./transport.ts";

/**
 * A session that a recovery code opens; it may ask for the second factor first.
 *
 * @throws Problem name or code are wrong, or too many attempts
 */
export async function recover(transport: Transport, name: string, code: ReceiptCode): Promise<Staff> {
  return openWith(transport, `${SESSION}/recovery`, { name, auth: b64encode(await vaults.recoveryAuth(code.entropy)) });
}

/**
 * Puts a new passphrase in the place of the lost one. Every session of the member's ends, this one too.
 *
 * Passkeys that were joined with the old passphrase are to be joined anew: their keys follow from both.
 *
 * @throws CannotOpen the vault that the server hands out does not open with this code
 * @throws Problem the server refuses
 */
export async function renewPassphrase(staff: Staff, code: ReceiptCode, passphrase: string): Promise<void> {
  const { member } = staff.account;
  const kept = await fetchVault(staff);
  let key: Uint8Array;
  try {
    key = await vaults.unwrapWithRecovery(bytes(kept.wraps, RECOVERY), await vaults.recoveryKey(code.entropy), member);
    await vaults.openVault(kept.sealed, key, member);
  } catch (error) {
    if (!(error instanceof CannotOpen)) throw error;
    throw new CannotOpen(N_("The vault that the server hands out is not the one of this recovery code."));
  }
  const salt = systemRandom(vaults.SALT_BYTES);
  const stretched = await vaults.stretch(passphrase, salt);
  const wrapped = b64encode(await vaults.wrapWithPassphrase(key, stretched.wrapKey, member));
  await staff.sendOnce("PUT", "/api/vault", {
    vault: b64encode(kept.sealed),
    before: b64encode(sha256(kept.sealed)),
    wraps: { [PASSPHRASE]: wrapped, [RECOVERY]: kept.wraps[RECOVERY] ?? "" },
    current_auth: b64encode(await vaults.recoveryAuth(code.entropy)),
    passphrase: { salt: b64encode(salt), auth: b64encode(stretched.authSecret) },
  });
}
