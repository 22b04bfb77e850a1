/** The settings of one level: thresholds, and whether its stock may be reserved and sold. They move no stock. */
import type { Level, StockConfigureInput } from '@granary/contracts/stock';
import type { Call } from '../call.ts';
import type { DomainConfig } from '../config.ts';
import { levelKey, type LevelRow } from '../entities/level.ts';
import type { Fact } from '../entities/outbox.ts';
import { ensureLevels } from '../persistence/level-store.ts';
import { replaceRow } from '../persistence/replace-row.ts';
import { levels } from '../persistence/tables.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidInput, invariant, notFound, refused, unknownSku } from '../refusal.ts';
import { ownsNoLevel } from '../rules/assembly.ts';
import { type Decision, type Engine, execute } from './execution.ts';
import { toLevel } from './level-reader.ts';
import { defined } from './sku-service.ts';
import { loadDraft } from './stock-loader.ts';

export function createLevelSettings(engine: Engine) {
  async function configure(input: StockConfigureInput, call: Call): Promise<Level> {
    return await execute(engine, {
      procedure: 'stock.configure',
      input,
      call,
      lock: { scope: 'document', keys: [`level:${input.skuId}:${input.locationId}`] },
      decide: (tx) => decide(tx, engine, input),
    });
  }

  return { configure };
}

async function decide(tx: Tx, engine: Engine, input: StockConfigureInput): Promise<Decision<Level>> {
  const { idempotencyKey: _key, skuId, locationId, ...settings } = input;
  const pair = { skuId, locationId };
  const blank = await loadDraft(tx, engine, {
    levels: { skuIds: [], pairs: [] },
    skuIds: [skuId],
  });
  if (!blank.skus.has(skuId)) return { draft: blank, outcome: refused(unknownSku(skuId)) };
  const wholly = ownsNoLevel(blank, [skuId]);
  if (wholly !== undefined) return { draft: blank, outcome: refused(wholly) };
  if (!blank.locations.has(locationId)) return { draft: blank, outcome: refused(notFound('location', locationId)) };
  await ensureLevels(tx, [pair]);
  const draft = await loadDraft(tx, engine, {
    levels: { skuIds: [], pairs: [pair] },
    skuIds: [skuId],
  });
  const before = draft.levels.get(levelKey(pair));
  invariant(before !== undefined, 'a level that was ensured is there');
  const row: LevelRow = { ...before, ...defined(settings), settingsVersion: before.settingsVersion + 1 };
  const { criticalThreshold, warningThreshold } = toLevel(engine.config, row);
  if (criticalThreshold > warningThreshold) {
    throw invalidInput([
      { path: 'criticalThreshold', message: `must not be above the warning threshold (${warningThreshold})` },
    ]);
  }
  const set = ['warningThreshold', 'criticalThreshold', 'highThreshold', 'isActive', 'settingsVersion'] as const;
  await replaceRow(tx, {
    table: levels,
    keys: ['skuId', 'locationId'],
    row,
    from: before.settingsVersion,
    fence: 'settingsVersion',
    set,
  });
  const [was, is] = [toLevel(engine.config, before), toLevel(engine.config, row)];
  draft.facts.push(levelSettingsFact(engine.config, { before, row, commandId: tx.commandId }));
  return { draft, outcome: accepted(is), before: was, after: is };
}

/** Tells of new settings, however many levels got some at once. */
export function levelSettingsFact(
  config: DomainConfig,
  { before, row, commandId }: { before: LevelRow; row: LevelRow; commandId: string },
): Fact {
  return {
    type: 'stock.level.configured',
    kind: 'levelSettings',
    id: [row.skuId, row.locationId],
    from: before.settingsVersion,
    to: row.settingsVersion,
    commandId,
    before: toLevel(config, before),
    after: toLevel(config, row),
  };
}
