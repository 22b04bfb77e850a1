/** SKUs: created, changed, read. They move no stock, so their command carries before and after. */
import type { Page } from '@granary/contracts/page';
import type { Sku, SkuCreateInput, SkuListInput, SkuUpdateInput } from '@granary/contracts/sku';
import type { Call } from '../call.ts';
import type { Fact } from '../entities/outbox.ts';
import type { SkuRow } from '../entities/sku.ts';
import { plainSku, readSkus } from '../persistence/catalog-store.ts';
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

export type SkuService = ReturnType<typeof createSkuService>;

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
      const [before] = await tx.select(skus, 'WHERE t.sku_id = ? FOR UPDATE', [skuId]);
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
  const filters = [
    ['t.spu_id = ?', input.spuId],
    ['t.status = ?', input.status],
  ] as const;
  return await engine.units.read((tx) =>
    pageOf({
      list: 'skus',
      input,
      load: (after, limit) => {
        const given = [...filters, ['t.sku_id > ?', after?.[0]] as const].filter(([, value]) => value !== undefined);
        const where = given.map(([clause]) => clause).join(' AND ');
        return tx.select(
          skus,
          `${where === '' ? '' : `WHERE ${where}`} ORDER BY t.sku_id LIMIT ${limit}`,
          given.map(([, value]) => value),
        );
      },
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
