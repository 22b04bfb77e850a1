/** Rows of SKUs: those that are not there are made, the others get the settings that the row names. */
import type { ImportError, ImportRow } from '@granary/contracts/import';
import type { SkuRow } from '../entities/sku.ts';
import { plainSku } from '../persistence/catalog-store.ts';
import { appendSkus, lockSkus, replaceSku } from '../persistence/import-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted } from '../refusal.ts';
import { canonicalJson } from '../rules/canonical-json.ts';
import { brief, invalid } from '../rules/import-line.ts';
import { type Decision, draftNow, type Engine } from './execution.ts';
import { type Deciding, type Settled, toError, valueOf } from './import-row.ts';
import { defined, skuFact, stillThere } from './sku-service.ts';

export async function decideSkuLines(tx: Tx, engine: Engine, { lines }: Deciding): Promise<Decision<Settled>> {
  const known = await lockSkus(
    tx,
    lines.map(({ skuId }) => skuId),
  );
  const draft = await draftNow(tx, engine);
  const made: SkuRow[] = [];
  const changes: { before: SkuRow; after: SkuRow }[] = [];
  const applied: number[] = [];
  const unchanged: number[] = [];
  const errors: ImportError[] = [];
  for (const line of lines) {
    const { value, kept } = valueOf<ImportRow<'skus'>>(line);
    const { skuId, ...settings } = value;
    const before = known.get(skuId);
    const misfit =
      misfitOf(engine, line.rowNo, { kind: kept['kind'], before, strategy: settings.defaultStrategy }) ??
      toError(line.rowNo, before && (await stillThere(tx, before, settings.serialTracked)));
    if (misfit !== undefined) {
      errors.push(misfit);
      continue;
    }
    const said = defined(settings);
    if (before === undefined) made.push({ ...plainSku(skuId, draft.now), ...said });
    else if (canonicalJson({ ...before, ...said }) === canonicalJson(before)) unchanged.push(line.rowNo);
    else changes.push({ before, after: { ...before, ...said, version: before.version + 1, updatedAt: draft.now } });
    if (unchanged.at(-1) !== line.rowNo) applied.push(line.rowNo);
  }
  for (const row of made) draft.facts.push(skuFact(undefined, row, tx.commandId));
  for (const { before, after } of changes) draft.facts.push(skuFact(before, after, tx.commandId));
  return {
    draft,
    outcome: accepted({ applied, unchanged, errors }),
    before: changes.map(({ before }) => before),
    after: [...changes.map(({ after }) => after), ...made],
    write: async () => {
      await appendSkus(tx, made);
      for (const { before, after } of changes) await replaceSku(tx, before, after);
    },
  };
}

interface Facing {
  readonly kind: string | undefined;
  readonly before: SkuRow | undefined;
  readonly strategy: string | null | undefined;
}

function misfitOf(engine: Engine, row: number, { kind, before, strategy }: Facing): ImportError | undefined {
  if (kind !== undefined && kind !== (before?.kind ?? 'stock'))
    return invalid(
      row,
      'kind',
      `is "${brief(kind).slice(0, 20)}", and only SKUs with stock are made here; define bundles and virtual SKUs with their own calls`,
    );
  if (typeof strategy !== 'string' || engine.strategies.find(strategy) !== undefined) return undefined;
  return invalid(row, 'defaultStrategy', `is not known; known are ${engine.strategies.names().join(', ')}`);
}
