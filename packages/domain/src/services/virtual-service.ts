/** Virtual stock: defined, changed, taken away, read. */
import type { Page } from '@granary/contracts/page';
import type {
  Virtual,
  VirtualCreateInput,
  VirtualListInput,
  VirtualRemoveInput,
  VirtualUpdateInput,
} from '@granary/contracts/virtual';
import type { Call } from '../call.ts';
import type { Assembly } from '../entities/assembly.ts';
import { findAssembly, listAssemblies } from '../persistence/assembly-store.ts';
import { loadBatches } from '../persistence/batch-store.ts';
import { pageOf } from '../persistence/page.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidInput, notFound, type Outcome, present, refused } from '../refusal.ts';
import { toVirtual } from '../rules/assembly.ts';
import { createDefinition, removeDefinition, type Shape, updateDefinition } from './assembly-definition.ts';
import type { Engine } from './execution.ts';

const virtual = { kind: 'virtual', answer: toVirtual } as const;

export function createVirtualService(engine: Engine) {
  async function get({ skuId }: { skuId: string }): Promise<Virtual> {
    return await engine.units.read(async (tx) => {
      const found = await findAssembly(tx, { skuId, isLocked: false });
      if (found?.kind !== 'virtual') throw notFound('virtual', skuId);
      return toVirtual(found);
    });
  }

  async function list(input: VirtualListInput): Promise<Page<Virtual>> {
    return await engine.units.read(async (tx) => {
      const page = await pageOf({
        list: 'virtuals',
        input,
        load: (after, limit) => listAssemblies(tx, { kind: 'virtual', input, after, limit }),
        keyOf: (row) => [row.skuId],
      });
      return { items: page.items.map(toVirtual), nextCursor: page.nextCursor };
    });
  }

  return {
    create: (input: VirtualCreateInput, call: Call): Promise<Virtual> =>
      createDefinition(engine, { ...virtual, input, call, shapeOf: (tx) => shapeOf(tx, input, undefined) }),
    update: (input: VirtualUpdateInput, call: Call): Promise<Virtual> =>
      updateDefinition(engine, { ...virtual, input, call, shapeOf: (tx, now) => shapeOf(tx, input, now) }),
    remove: (input: VirtualRemoveInput, call: Call): Promise<Virtual> =>
      removeDefinition(engine, { ...virtual, input, call }),
    get,
    list,
  };
}

async function shapeOf(tx: Tx, input: VirtualUpdateInput, now: Assembly | undefined): Promise<Outcome<Shape>> {
  const target = await targetOf(tx, input, now);
  if (!target.ok) return target;
  const quantity = present(input.ratio ?? now?.parts[0]?.quantity, 'the ratio of a virtual SKU');
  const cap = input.cap === undefined ? (now?.cap ?? null) : input.cap;
  return accepted({ parts: [{ ...target.answer, quantity }], cap });
}

type Target = Pick<Shape['parts'][number], 'partSkuId' | 'batchId'>;

/** A batch brings its SKU along. */
async function targetOf(
  tx: Tx,
  { skuId, realSkuId, batchId }: VirtualUpdateInput,
  now: Assembly | undefined,
): Promise<Outcome<Target>> {
  if (realSkuId !== undefined) return accepted({ partSkuId: realSkuId, batchId: null });
  if (batchId === undefined) {
    const [part] = present(now, 'the definition in force').parts;
    const { partSkuId, batchId: pinned } = present(part, 'the part of a virtual SKU');
    return accepted({ partSkuId, batchId: pinned });
  }
  const [batch] = await loadBatches(tx, [batchId]);
  if (batch === undefined || !tx.scope.holds(batch.locationId)) return refused(notFound('batch', batchId));
  if (batch.skuId === skuId) return refused(invalidInput([{ path: 'batchId', message: 'is of this very SKU' }]));
  return accepted({ partSkuId: batch.skuId, batchId });
}
