/** How long a watch goes on and how it shows that it is alive, the same through both doors. */

/** A silence longer than two of these means that the connection is dead. */
export const PING_MS = 5_000;
/** Sent to clients of tRPC, which then come back by themselves. */
export const SILENCE_MS = 15_000;
/** Then the stream ends and the watcher comes back with its last id: a token that was revoked hears nothing after that. */
export const MAX_DURATION_MS = 300_000;
