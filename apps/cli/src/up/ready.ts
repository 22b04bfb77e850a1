/** Waits until the api says that it can work. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PlainError } from '../command.ts';
import type { Service } from './service.ts';

const ASK_EVERY_MS = 100;
const ASK_TIMEOUT_MS = 2000;

export interface Patience {
  readonly services: readonly Service[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export async function waitUntilReady(url: string, { services, timeoutMs, signal }: Patience): Promise<void> {
  const until = performance.now() + timeoutMs;
  let ended: string | undefined;
  for (const service of services) void service.ended.then((how) => (ended ??= how));
  let said = 'nothing yet';
  while (performance.now() < until) {
    signal.throwIfAborted();
    if (ended !== undefined) throw new PlainError(`Granary could not start: ${ended}. What it said is above.`);
    const answer = await ask(`${url}/readyz`);
    if (answer.ok) return;
    said = answer.text;
    await sleep(ASK_EVERY_MS);
  }
  throw new PlainError(`Granary was not ready within ${timeoutMs / 1000} s. /readyz said: ${said.slice(0, 500)}`);
}

async function ask(url: string): Promise<{ readonly ok: boolean; readonly text: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
    return { ok: response.ok, text: await response.text() };
  } catch (error) {
    return { ok: false, text: error instanceof Error ? error.message : String(error) };
  }
}
