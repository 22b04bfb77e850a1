/** SKUs: created, changed, read. They move no stock, so their command carries before and after. */
import type { Page } from '@granary/contracts/page';
import type { Sku, SkuCreateInput, SkuListInput, SkuUpdateInput } from '@granary/contracts/sku';
import type { Call } from '../call.ts';
import type { Fact } from '../entities/outbox.ts';
import type { SkuRow } from '../entities/sku.ts';
import { lockSku, plainSku, readSkus } from '../persistence/catalog-store.ts';
import { listSkus } from '../persistence/list-store.ts';
import { pageOf } from '../persistence/page.ts';
import { skus } from '../persistence/tables.ts';
import { appendRows } from '../persistence/write-rows.ts';
import { replaceRow } from '../persistence/replace-row.ts';
import { accepted, duplicate, quote, refused, unknownSku } from '../refusal.ts';
import { draftNow, type Engine, execute } from './execution.ts';
import { knownStrategy } from './stock-loader.ts';

export function createSkuService(engine: Engine) {
  return {
    create: (input: SkuCreateInput, call: Call) => create(engine, input, call),
    update: (input: SkuUpdateInput, call: Call) => update(engine, input, call),
    get: (input: { skuId: string }) => get(engine, input),
    list: (input: SkuListInput) => list(engine, input),
  };
}

async function create(engine: Engine, input: SkuCreateInput, call: Call): Promise<Sku> {
  const { idempotencyKey: _key, skuId, ...settings } = input;
  checkStrategy(engine, settings.defaultStrategy);
  return await execute(engine, {
    procedure: 'sku.create',
    input,
    call,
    lock: { scope: 'document', keys: [`sku:${skuId}`] },
    decide: async (tx) => {
      const draft = await draftNow(tx, engine);
      if ((await readSkus(tx, [skuId])).has(skuId)) {
        return { draft, outcome: refused(duplicate('SKU', skuId, `SKU ${quote(skuId)} exists already.`)) };
      }
      const row: SkuRow = { ...plainSku(skuId, draft.now), ...defined(settings) };
      await appendRows(tx, skus, [row]);
      draft.facts.push(skuFact(undefined, row, tx.commandId));
      return { draft, outcome: accepted(row), after: row };
    },
  });
}

async function update(engine: Engine, input: SkuUpdateInput, call: Call): Promise<Sku> {
  const { idempotencyKey: _key, skuId, ...settings } = input;
  checkStrategy(engine, settings.defaultStrategy);
  return await execute(engine, {
    procedure: 'sku.update',
    input,
    call,
    lock: { scope: 'document', keys: [`sku:${skuId}`] },
    decide: async (tx) => {
      const before = await lockSku(tx, skuId);
      const draft = await draftNow(tx, engine);
      if (before === undefined) return { draft, outcome: refused(unknownSku(skuId)) };
      const row: SkuRow = { ...before, ...defined(settings), version: before.version + 1, updatedAt: draft.now };
      await replaceRow(tx, { table: skus, keys: ['skuId'], row, from: before.version });
      draft.facts.push(skuFact(before, row, tx.commandId));
      return { draft, outcome: accepted(row), before, after: row };
    },
  });
}

async function get(engine: Engine, { skuId }: { skuId: string }): Promise<Sku> {
  return await engine.units.read(async (tx) => {
    const row = (await readSkus(tx, [skuId])).get(skuId);
    if (row === undefined) throw unknownSku(skuId);
    return row;
  });
}

async function list(engine: Engine, input: SkuListInput): Promise<Page<Sku>> {
  return await engine.units.read((tx) =>
    pageOf({
      list: 'skus',
      input,
      load: (after, limit) => listSkus(tx, { input, after, limit }),
      keyOf: (row) => [row.skuId],
    }),
  );
}

function checkStrategy(engine: Engine, name: string | null | undefined): void {
  if (name !== null && name !== undefined) knownStrategy(engine, name, 'defaultStrategy');
}

export function skuFact(before: SkuRow | undefined, after: SkuRow, commandId: string): Fact {
  const type = before === undefined ? 'stock.sku.created' : 'stock.sku.updated';
  return {
    type,
    kind: 'sku',
    id: after.skuId,
    from: before?.version ?? 0,
    to: after.version,
    commandId,
    before: before ?? null,
    after,
  };
}

/** Fields that were left out keep their value. */
export function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
