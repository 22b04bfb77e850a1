/** Reservations at a steady pace, whatever the last one took, and how long each of them took. */
import type { Domain } from '@granary/domain';

export interface LoadOptions {
  readonly domain: Pick<Domain, 'reservations'>;
  readonly skuIds: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

export const caller = { actor: 'local', address: null, agent: 'granary-cli', requestId: 'snapshot' } as const;

let made = 0;

/** Milliseconds of each reserve; each hold is released again, so that the stock lasts. */
export async function reserveSteadily(options: LoadOptions): Promise<readonly number[]> {
  const { domain, skuIds, perSecond, seconds, signal } = options;
  const took: number[] = [];
  const running = new Set<Promise<void>>();
  const startedAt = performance.now();
  for (let each = 0; each < perSecond * seconds && !signal.aborted; each += 1) {
    const dueAt = startedAt + (each * 1000) / perSecond;
    const restMs = dueAt - performance.now();
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
    const skuId = skuIds[each % skuIds.length] ?? '';
    // From when it was due: a queue that builds up is waited in as well.
    const call = reserveOnce(domain, skuId).then(() => void took.push(performance.now() - dueAt));
    const settled = call.finally(() => running.delete(settled));
    running.add(settled);
  }
  await Promise.all(running);
  return took;
}

async function reserveOnce(domain: LoadOptions['domain'], skuId: string): Promise<void> {
  const businessId = `LOAD-${(made += 1)}`;
  const line = { skuId, quantity: 1, type: 'cart', businessId, lineId: '', replace: false } as const;
  const { id } = await domain.reservations.reserve(line, { caller });
  // The release is no part of what is measured, and gives the goods back.
  setImmediate(() => void domain.reservations.release({ id }, { caller }).catch(() => undefined));
}

export function percentile(values: readonly number[], share: number): number {
  const ordered = values.toSorted((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * share))] ?? 0;
}
