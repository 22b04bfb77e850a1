/** Levels: how they stand, and how one stood at any past moment. */
import type { Page } from '@granary/contracts/page';
import type { Level, LevelListInput, StockAsOf, StockAsOfInput } from '@granary/contracts/stock';
import type { DomainConfig } from '../config.ts';
import type { LevelRow } from '../entities/level.ts';
import { readLocations, readSkus } from '../persistence/catalog-store.ts';
import { listLevels } from '../persistence/list-store.ts';
import { findMovementAt } from '../persistence/movement-store.ts';
import { pageOf } from '../persistence/page.ts';
import { invalidInput, notFound, unknownSku } from '../refusal.ts';
import type { Engine } from './execution.ts';

export function createLevelReader(engine: Engine) {
  async function asOf({ skuId, locationId, at }: StockAsOfInput): Promise<StockAsOf> {
    return await engine.units.readAnywhere(async (tx) => {
      if (!(await readSkus(tx, [skuId])).has(skuId)) throw unknownSku(skuId);
      if (!(await readLocations(tx)).has(locationId)) throw notFound('location', locationId);
      if (at > (await tx.now())) throw invalidInput([{ path: 'at', message: 'must not be in the future' }]);
      const movement = await findMovementAt(tx, { skuId, locationId, at });
      const { onHand, reserved, locked, deficit, version, recordedAt } = movement ?? NOTHING;
      return { skuId, locationId, onHand, reserved, locked, deficit, version, recordedAt };
    });
  }

  async function list(input: LevelListInput): Promise<Page<Level>> {
    return await engine.units.readAnywhere(async (tx) => {
      const page = await pageOf({
        list: 'levels',
        parts: 2,
        input,
        load: (after, limit) => listLevels(tx, { input, after, limit }),
        keyOf: (row) => [row.skuId, row.locationId],
      });
      return { items: page.items.map((row) => toLevel(engine.config, row)), nextCursor: page.nextCursor };
    });
  }

  return { asOf, levels: list };
}

/** Before the first movement. */
const NOTHING = { onHand: 0, reserved: 0, locked: 0, deficit: 0, version: 0, recordedAt: null };

/** A level as callers see it: thresholds that nobody set are the configured ones. */
export function toLevel(config: DomainConfig, row: LevelRow): Level {
  const { skuId, locationId, onHand, reserved, locked, deficit, version, onHandVersion, isActive } = row;
  const warningThreshold = row.warningThreshold ?? config.alertLowThreshold;
  return {
    ...{ skuId, locationId, onHand, reserved, locked, deficit, version, onHandVersion, isActive },
    warningThreshold,
    criticalThreshold: row.criticalThreshold ?? Math.floor(warningThreshold / 2),
    highThreshold: row.highThreshold ?? config.alertHighThreshold,
  };
}
