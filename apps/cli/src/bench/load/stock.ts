/** Stock that is not sold out while it is measured: the same SKUs for every arm, a few open batches each. */
import type { Granary } from '@granary/platform/granary';
import type { Pool } from 'mysql2/promise';
import { createRandom } from '../../sample/random.ts';
import { writeSlimStock } from '../reference/slim-reference.ts';
import { BENCH_DEADLINE_MS } from './stage.ts';

export interface Stock {
  readonly prefix: string;
  readonly skus: number;
  readonly batchesASku: number;
}

export const call = {
  caller: { actor: 'local', address: null, agent: 'granary-bench', requestId: 'bench' },
  deadlineMs: BENCH_DEADLINE_MS,
};

const LINES_A_DOCUMENT = 1000;
const UNITS_A_BATCH = 50_000_000;
const SEED = 7;

export const skuIdsOf = ({ prefix, skus }: Omit<Stock, 'batchesASku'>): readonly string[] =>
  Array.from({ length: skus }, (_, place) => `${prefix}-${String(place).padStart(6, '0')}`);

/** Through the product's own receipts, so that every chain begins as it must; and in REF's table. */
export async function receiveStock(
  { granary: { domain }, references }: { readonly granary: Pick<Granary, 'domain'>; readonly references: Pool },
  stock: Stock,
): Promise<readonly string[]> {
  const skuIds = skuIdsOf(stock);
  for (let batch = 0; batch < stock.batchesASku; batch += 1) {
    for (let from = 0; from < skuIds.length; from += LINES_A_DOCUMENT) {
      const lines = skuIds.slice(from, from + LINES_A_DOCUMENT).map((skuId) => ({
        ...{ skuId, quantity: UNITS_A_BATCH, unitCost: '1.00', batchNo: `B-${batch}` },
        ...{ locationId: 'default', qualityLevel: 'A' as const },
      }));
      await domain.inbound.purchase({ documentNo: `${stock.prefix}-${batch}-${from}`, lines }, call);
    }
  }
  await writeSlimStock(references, skuIds, UNITS_A_BATCH);
  return skuIds;
}

/** The next SKU that somebody wants, by chance, and the same ones in every run. */
export function demandFor(skuIds: readonly string[]): () => string {
  const random = createRandom(SEED);
  return () => skuIds[Math.floor(random.next() * skuIds.length)] ?? '';
}
