/** SKUs: created, changed, read. They move no stock, so their command carries before and after. */
import type { OpenedAttributes } from '@granary/contracts/attributes';
import type { GranaryError } from '@granary/contracts/error';
import type { Page } from '@granary/contracts/page';
import type { Sku, SkuCreateInput, SkuListInput, SkuUpdateInput } from '@granary/contracts/sku';
import type { Call } from '../call.ts';
import type { Fact } from '../entities/outbox.ts';
import type { SkuRow } from '../entities/sku.ts';
import { lockSku, plainSku, readSkus } from '../persistence/catalog-store.ts';
import { lockLevels } from '../persistence/level-store.ts';
import { listSkus } from '../persistence/list-store.ts';
import { pageOf } from '../persistence/page.ts';
import { isOnTheWay } from '../persistence/serial-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { skus } from '../persistence/tables.ts';
import { appendRows } from '../persistence/write-rows.ts';
import { replaceRow } from '../persistence/replace-row.ts';
import { accepted, duplicate, invalidState, quote, refused, unknownSku } from '../refusal.ts';
import { skuPlace } from '../rules/sealed-attributes.ts';
import { opened, type PlaceOf, sealedInput } from './attribute-sealing.ts';
import { draftNow, type Engine, execute } from './execution.ts';
import { knownStrategy } from './stock-loader.ts';

export function createSkuService(engine: Engine) {
  return {
    create: async (input: SkuCreateInput, call: Call) =>
      await create(engine, sealedInput(engine, input, { place: placeOf(input) }), call),
    update: async (input: SkuUpdateInput, call: Call) =>
      await update(engine, sealedInput(engine, input, { place: placeOf(input) }), call),
    /** With what is sealed of its attributes opened. Throws INV_012 while a key is missing. */
    attributes: async (input: { skuId: string }): Promise<OpenedAttributes> => {
      const { attributes } = await get(engine, input);
      return { attributes: opened(engine, attributes, placeOf(input)) };
    },
    get: (input: { skuId: string }) => get(engine, input),
    list: (input: SkuListInput) => list(engine, input),
  };
}

const placeOf =
  ({ skuId }: { skuId: string }): PlaceOf =>
  (name) =>
    skuPlace(skuId, name);

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
      const refusal = await stillThere(tx, before, settings.serialTracked);
      if (refusal !== undefined) return { draft, outcome: refused(refusal) };
      const row: SkuRow = { ...before, ...defined(settings), version: before.version + 1, updatedAt: draft.now };
      await replaceRow(tx, { table: skus, keys: ['skuId'], row, from: before.version });
      draft.facts.push(skuFact(before, row, tx.commandId));
      return { draft, outcome: accepted(row), before, after: row };
    },
  });
}

/**
 * Pieces have names or they have none: it changes only while there is nothing. The levels are locked, so that whatever
 * moves stock of it reads what it is afterwards.
 */
export async function stillThere(
  tx: Tx,
  sku: SkuRow,
  serialTracked: boolean | undefined,
): Promise<GranaryError | undefined> {
  const { skuId } = sku;
  if (serialTracked === undefined || serialTracked === sku.serialTracked) return undefined;
  const levels = await lockLevels(tx, { skuIds: [skuId], pairs: [] });
  const hasStock = levels.some((level) => level.onHand > 0 || level.deficit > 0);
  if (!hasStock && !(await isOnTheWay(tx, skuId))) return undefined;
  return invalidState({
    noun: 'SKU',
    id: skuId,
    state: hasStock ? 'in stock' : 'in transit',
    message: `SKU ${quote(skuId)} has stock, so whether its pieces have serial numbers cannot be changed.`,
    hint: 'Take everything out first, also what is in transit or owed; or create another SKU.',
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
