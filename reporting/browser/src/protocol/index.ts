/**
 * The sealed-report protocol: a small pure core that takes bytes and returns bytes.
 *
 * Nothing here knows of pages, storage, the network or the clock: time and randomness are arguments.
 * Every module has a twin of the same name in `reporting/protocol`; shared vectors in `tests/vectors`
 * hold the two together. `docs/protocol.md` explains it.
 */

export * as acknowledgement from "./acknowledgement.ts";
export * as age from "./age.ts";
export * as certificate from "./certificate.ts";
export * as challenge from "./challenge.ts";
export * as custody from "./custody.ts";
export * as directory from "./directory.ts";
export * as disclosure from "./disclosure.ts";
export * as dossier from "./dossier.ts";
export * as audit from "./audit.ts";
export * as encoding from "./encoding.ts";
export * as entry from "./entry.ts";
export * as epoch from "./epoch.ts";
export * as errors from "./errors.ts";
export * as grant from "./grant.ts";
export * as granting from "./granting.ts";
export * as log from "./log.ts";
export * as note from "./note.ts";
export * as padding from "./padding.ts";
export * as receipt from "./receipt.ts";
export * as signing from "./signing.ts";
export * as submission from "./submission.ts";
export * as thread from "./thread.ts";
export * as vault from "./vault.ts";
export * as wordlists from "./wordlists.ts";
