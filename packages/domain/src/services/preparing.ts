/** Tells the handlers of onHand what will most likely move, so that they read with the decision and not after it. */
import type { Instant } from '@granary/contracts/instant';
import type { Tx } from '../persistence/transaction.ts';
import type { Draft } from '../rules/draft.ts';
import type { Engine } from './engine.ts';

export interface Preparing {
  readonly draft: Draft;
  readonly occurredAt: Instant;
  readonly moves: readonly { readonly skuId: string; readonly leaving: number }[];
}

/** Not where pieces are told apart: their rows are locked later than this is asked, and belong before those of the handlers. */
export async function prepareHandlers(
  tx: Tx,
  { ports: { onHandHandlers } }: Engine,
  { draft, occurredAt, moves }: Preparing,
): Promise<void> {
  if (moves.some(({ skuId }) => draft.skus.get(skuId)?.serialTracked !== false)) return;
  const leaving = new Map<string, number>();
  for (const move of moves) leaving.set(move.skuId, (leaving.get(move.skuId) ?? 0) + move.leaving);
  await Promise.all(onHandHandlers.map(async (handler) => await handler.prepare?.(tx, { occurredAt, leaving })));
}
