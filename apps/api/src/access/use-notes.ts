/** Notes that tokens are used: beside the request, which neither waits for it nor fails with it. */
import type { Domain } from '@granary/domain';
import type { Log } from '@granary/domain/ports/domain-ports';

/** The engine keeps the minute over all processes; this spares it being asked on every request. */
export const NOTED_EVERY_MS = 60_000;
const MAX_TOKENS = 10_000;

export type NoteUse = (tokenId: string, address: string | null) => void;

export function createUseNotes(tokens: Pick<Domain['tokens'], 'noteUse'>, log: Log): NoteUse {
  const notedAt = new Map<string, number>();
  return (tokenId, address) => {
    const now = performance.now();
    if (now - (notedAt.get(tokenId) ?? -Infinity) < NOTED_EVERY_MS) return;
    notedAt.delete(tokenId);
    const [oldest] = notedAt.keys();
    if (notedAt.size >= MAX_TOKENS && oldest !== undefined) notedAt.delete(oldest);
    notedAt.set(tokenId, now);
    const caller = { actor: `token:${tokenId}`, address, agent: null, requestId: 'last use' };
    void tokens.noteUse(tokenId, { caller }).catch((error: unknown) => {
      log('warn', 'the last use of a token could not be noted', { tokenId, error });
    });
  };
}
