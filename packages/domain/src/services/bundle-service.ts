/** Bundles: defined, changed, taken away, read. */
import type {
  Bundle,
  BundleCreateInput,
  BundleListInput,
  BundleRemoveInput,
  BundleUpdateInput,
} from '@granary/contracts/bundle';
import type { Page } from '@granary/contracts/page';
import type { Call } from '../call.ts';
import { findAssembly, listAssemblies } from '../persistence/assembly-store.ts';
import { pageOf } from '../persistence/page.ts';
import { accepted, notFound } from '../refusal.ts';
import { toBundle } from '../rules/assembly.ts';
import { createDefinition, removeDefinition, type ShapeOf, updateDefinition } from './assembly-definition.ts';
import type { Engine } from './execution.ts';

const bundle = { kind: 'bundle', answer: toBundle } as const;

export function createBundleService(engine: Engine) {
  async function get({ skuId }: { skuId: string }): Promise<Bundle> {
    return await engine.units.read(async (tx) => {
      const found = await findAssembly(tx, { skuId, isLocked: false });
      if (found?.kind !== 'bundle') throw notFound('bundle', skuId);
      return toBundle(found);
    });
  }

  async function list(input: BundleListInput): Promise<Page<Bundle>> {
    return await engine.units.read(async (tx) => {
      const page = await pageOf({
        list: 'bundles',
        input,
        load: (after, limit) => listAssemblies(tx, { kind: 'bundle', input, after, limit }),
        keyOf: (row) => [row.skuId],
      });
      return { items: page.items.map(toBundle), nextCursor: page.nextCursor };
    });
  }

  return {
    create: (input: BundleCreateInput, call: Call): Promise<Bundle> =>
      createDefinition(engine, { ...bundle, input, call, shapeOf: shapeOf(input) }),
    update: (input: BundleUpdateInput, call: Call): Promise<Bundle> =>
      updateDefinition(engine, { ...bundle, input, call, shapeOf: shapeOf(input) }),
    remove: (input: BundleRemoveInput, call: Call): Promise<Bundle> =>
      removeDefinition(engine, { ...bundle, input, call }),
    get,
    list,
  };
}

function shapeOf({ components }: BundleCreateInput): ShapeOf {
  const parts = components.map(({ skuId, quantity }) => ({ partSkuId: skuId, batchId: null, quantity }));
  return () => Promise.resolve(accepted({ parts, cap: null }));
}
