/** Rows of levels: the thresholds and the switch of each, as stock.configure sets them. They move no stock. */
import type { ImportError, ImportRow } from '@granary/contracts/import';
import { levelKey, type LevelRow } from '../entities/level.ts';
import { ensureLevels } from '../persistence/level-store.ts';
import { levels } from '../persistence/tables.ts';
import type { Tx } from '../persistence/transaction.ts';
import { changeRows } from '../persistence/write-rows.ts';
import { accepted, invariant, notFound, unknownSku } from '../refusal.ts';
import { ownsNoLevel } from '../rules/assembly.ts';
import type { Draft } from '../rules/draft.ts';
import { invalid } from '../rules/import-line.ts';
import type { Decision, Engine } from './execution.ts';
import { type Deciding, type Settled, toError, valueOf } from './import-row.ts';
import { toLevel } from './level-reader.ts';
import { levelSettingsFact } from './level-settings.ts';
import { defined } from './sku-service.ts';
import { loadDraft } from './stock-loader.ts';

type Row = ImportRow<'levels'>;
const SETTINGS = ['warningThreshold', 'criticalThreshold', 'highThreshold', 'isActive'] as const;

export async function decideLevelLines(tx: Tx, engine: Engine, { head, lines }: Deciding): Promise<Decision<Settled>> {
  const skuIds = lines.map(({ skuId }) => skuId);
  const blank = await loadDraft(tx, engine, { levels: { skuIds: [], pairs: [] }, skuIds });
  const errors: ImportError[] = [];
  const sound: { row: number; value: Row }[] = [];
  for (const line of lines) {
    const { value } = valueOf<Row>(line);
    const error = toError(line.rowNo, missing(blank, value));
    if (error === undefined) sound.push({ row: line.rowNo, value });
    else errors.push(error);
  }
  const pairs = sound.map(({ value: { skuId, locationId } }) => ({ skuId, locationId }));
  if (pairs.length === 0)
    return { draft: blank, outcome: accepted({ applied: [], unchanged: [], errors }), isIdle: true };
  await ensureLevels(tx, pairs);
  const draft = await loadDraft(tx, engine, { levels: { skuIds: [], pairs }, skuIds });
  const changes: { before: LevelRow; row: LevelRow }[] = [];
  const applied: number[] = [];
  const unchanged: number[] = [];
  for (const { row: rowNo, value } of sound) {
    const { skuId, locationId, ...settings } = value;
    const before = draft.levels.get(levelKey({ skuId, locationId }));
    invariant(before !== undefined, 'a level that was ensured is there');
    const row: LevelRow = { ...before, ...defined(settings), settingsVersion: before.settingsVersion + 1 };
    const [was, is] = [toLevel(engine.config, before), toLevel(engine.config, row)];
    const { criticalThreshold, warningThreshold } = is;
    // An export names defaults as well; to be told them pins nothing.
    const isSame = SETTINGS.every((name) => (head.isExport ? was[name] === is[name] : before[name] === row[name]));
    if (criticalThreshold > warningThreshold) {
      errors.push(invalid(rowNo, 'criticalThreshold', `must not be above the warning threshold (${warningThreshold})`));
    } else if (isSame) {
      unchanged.push(rowNo);
    } else {
      applied.push(rowNo);
      changes.push({ before, row });
      draft.facts.push(levelSettingsFact(engine.config, { before, row, commandId: tx.commandId }));
    }
  }
  const planned = changes.map(({ before, row }) => ({ row, from: before.settingsVersion }));
  return {
    draft,
    outcome: accepted({ applied, unchanged, errors }),
    before: changes.map(({ before }) => toLevel(engine.config, before)),
    after: changes.map(({ row }) => toLevel(engine.config, row)),
    write: () =>
      changeRows(
        tx,
        { table: levels, keys: ['skuId', 'locationId'], set: SETTINGS, fence: 'settingsVersion' },
        planned,
      ),
  };
}

function missing(draft: Draft, { skuId, locationId }: Row) {
  if (!draft.skus.has(skuId)) return unknownSku(skuId);
  return (
    ownsNoLevel(draft, [skuId]) ?? (draft.locations.has(locationId) ? undefined : notFound('location', locationId))
  );
}
