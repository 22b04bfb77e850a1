/** stock.configure: thresholds and the switch of one level. */
import type { Level, StockConfigureInput } from '@granary/contracts/stock';
import { assemblyOf } from './making.ts';
import { createRefusals, expectEqual, settle, type Outcome } from './verdict.ts';
import { keyOf, levelAt, type OracleLevel, type World } from './world.ts';

export function judgeConfigure(world: World, input: StockConfigureInput, outcome: Outcome<Level>): void {
  const refusals = createRefusals();
  if (!world.skus.has(input.skuId)) refusals.must.set('INV_001', `no SKU ${input.skuId}`);
  if (!world.locations.has(input.locationId)) refusals.must.set('INV_007', `no location ${input.locationId}`);
  if (assemblyOf(world, input.skuId) !== undefined) refusals.must.set('INV_010', 'it has no level');
  const before = world.levels.get(keyOf(input.skuId, input.locationId));
  const after = {
    warning: input.warningThreshold === undefined ? (before?.warning ?? null) : input.warningThreshold,
    critical: input.criticalThreshold === undefined ? (before?.critical ?? null) : input.criticalThreshold,
    high: input.highThreshold === undefined ? (before?.high ?? null) : input.highThreshold,
    isActive: input.isActive ?? before?.isActive ?? true,
  };
  const { warningThreshold, criticalThreshold } = thresholdsOf(world, after);
  if (criticalThreshold > warningThreshold) refusals.must.set('INV_005', 'critical above warning');
  if (!settle(outcome, refusals)) return;
  const level = levelAt(world, input.skuId, input.locationId);
  Object.assign(level, after);
  expectLevel(world, outcome.answer, level);
}

function thresholdsOf(world: World, of: Pick<OracleLevel, 'warning' | 'critical' | 'high'>) {
  const { alertLowThreshold, alertHighThreshold } = world.settings;
  const warningThreshold = of.warning ?? alertLowThreshold;
  return {
    warningThreshold,
    criticalThreshold: of.critical ?? Math.floor(warningThreshold / 2),
    highThreshold: of.high ?? alertHighThreshold,
  };
}

export function expectLevel(world: World, actual: Level, expected: OracleLevel): void {
  const { skuId, locationId, onHand, reserved, locked, deficit, version, onHandVersion, isActive } = expected;
  expectEqual(`level of ${skuId} at ${locationId}`, actual, {
    ...{ skuId, locationId, onHand, reserved, locked, deficit, version, onHandVersion, isActive },
    ...thresholdsOf(world, expected),
  });
}
