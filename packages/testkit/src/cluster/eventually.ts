/** Waits for what servers do among themselves and tell nobody. */
import { setTimeout as sleep } from 'node:timers/promises';

export const PATIENCE_SECONDS = 60;
const LOOK_EVERY_MS = 10;

/** A look that fails is a look that saw nothing: servers that are just starting or ending refuse to be asked. */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_SECONDS * 1000;
  let lastFailure: unknown;
  while (performance.now() < giveUpAt) {
    const answer = await isSo().catch((error: unknown) => {
      lastFailure = error;
      return false;
    });
    if (answer) return;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`not within ${PATIENCE_SECONDS} s: ${what}`, { cause: lastFailure });
}
