/**
 * Looking, and writing what has to change. Looking costs reads only; what has to change is looked at once more under the
 * lock of its levels and written there, so that no two workers, and no sale in between, leave an alert that is not so.
 */
import type { AlertEvaluateAnswer, AlertEvaluateInput, AlertKind } from '@granary/contracts/alert';
import { plusSeconds } from '@granary/contracts/instant';
import type { Call } from '../call.ts';
import type { AlertRow } from '../entities/alert.ts';
import { levelKey } from '../entities/level.ts';
import { readDated, readPlaces, readStandingAt, writeAlerts } from '../persistence/alert-store.ts';
import { readSkus } from '../persistence/catalog-store.ts';
import { type LevelPair, lockLevels, readLevels } from '../persistence/level-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, present, refused, unknownSku } from '../refusal.ts';
import { type Cause, expiryCauses, levelCauses } from '../rules/alert-cause.ts';
import { alertFact, changesFor, toAlert } from '../rules/alert-change.ts';
import { type Decision, draftNow, type Engine, execute } from './execution.ts';
import { toLevel } from './level-reader.ts';

export const BY_STOCK: readonly AlertKind[] = ['low', 'outOfStock', 'high'];
export const BY_STOCK_AND_DATE: readonly AlertKind[] = [...BY_STOCK, 'expiring', 'expired'];
export const LOOKING_MS = 30_000;
const DAY_SECONDS = 86_400;

/** What holds now and what stands about the same, read in one transaction. */
export interface Seen {
  readonly causes: readonly Cause[];
  readonly standing: readonly AlertRow[];
}

export interface Settling {
  readonly look: (tx: Tx) => Promise<Seen>;
  readonly pairs?: readonly LevelPair[];
  readonly call: Call;
}

/** Where the stock lies that an alert is about. */
export function placeOf({ skuId, locationId }: AlertRow): LevelPair {
  return { skuId: present(skuId, 'the SKU of an alert'), locationId: present(locationId, 'the location of an alert') };
}

/** Looks without a lock first: nearly always nothing has to change. */
export async function settle(engine: Engine, { look, pairs = [], call }: Settling): Promise<void> {
  const changing = { commandId: '', ids: () => '' };
  const isQuiet = await engine.units.read(async (tx) => {
    const { standing, causes } = await look(tx);
    return changesFor(standing, causes, { ...changing, now: await tx.now() }).length === 0;
  }, LOOKING_MS);
  if (isQuiet) return;
  await execute(engine, {
    ...{ procedure: 'alert.evaluate', input: {}, call },
    lock: { scope: 'document', keys: [] },
    decide: async (tx) => {
      if (pairs.length > 0) await lockLevels(tx, { skuIds: [], pairs });
      const draft = await draftNow(tx, engine);
      const { standing, causes } = await look(tx);
      const changes = changesFor(standing, causes, { now: draft.now, commandId: tx.commandId, ids: engine.ports.ids });
      draft.facts.push(...changes.map(alertFact));
      const isIdle = changes.length === 0;
      return { draft, outcome: accepted(changes.length), isIdle, write: () => writeAlerts(tx, changes) };
    },
  });
}

export interface Looking {
  readonly pairs: readonly LevelPair[];
  readonly kinds: readonly AlertKind[];
}

export async function seenLevels(tx: Tx, engine: Engine, { pairs, kinds }: Looking): Promise<Seen> {
  const { config } = engine;
  const levels = await readLevels(tx, { skuIds: [], pairs });
  const now = await tx.now();
  const places = await readPlaces(tx, pairs, now);
  const causes = levels.flatMap((row) => {
    const place = present(places.get(levelKey(row)), 'the place of a level');
    return levelCauses({ ...toLevel(config, row), ...place });
  });
  const standing = await readStandingAt(tx, pairs, kinds);
  if (!kinds.includes('expired')) return { causes, standing };
  const days = config.alertExpiryDays;
  const dated = await readDated(tx, pairs, plusSeconds(now, days * DAY_SECONDS));
  return { causes: [...causes, ...dated.flatMap((batch) => expiryCauses(batch, { now, days }))], standing };
}

/** alert.evaluate: for a caller, and within what that caller may see. */
export async function evaluate(engine: Engine, input: AlertEvaluateInput, call: Call): Promise<AlertEvaluateAnswer> {
  const skuIds = [...new Set(input.skuIds)];
  return await execute(engine, {
    ...{ procedure: 'alert.evaluate', input, call },
    lock: { scope: 'document', keys: [] },
    decide: async (tx): Promise<Decision<AlertEvaluateAnswer>> => {
      const pairs = (await lockLevels(tx, { skuIds, pairs: [] })).filter(({ locationId }) =>
        tx.scope.holds(locationId),
      );
      const known = await readSkus(tx, skuIds);
      const draft = await draftNow(tx, engine);
      const unknown = skuIds.find((skuId) => !known.has(skuId));
      if (unknown !== undefined) return { draft, outcome: refused(unknownSku(unknown)) };
      const { standing, causes } = await seenLevels(tx, engine, { pairs, kinds: BY_STOCK_AND_DATE });
      const changes = changesFor(standing, causes, { now: draft.now, commandId: tx.commandId, ids: engine.ports.ids });
      draft.facts.push(...changes.map(alertFact));
      const changed = new Set(changes.map(({ after }) => after.alertId));
      const still = standing.filter(({ alertId }) => !changed.has(alertId));
      const stands = changes.filter(({ after }) => after.state !== 'resolved').map(({ after }) => after);
      const answer: AlertEvaluateAnswer = {
        raised: changes.filter(({ before }) => before === undefined).length,
        resolved: changes.filter(({ after }) => after.state === 'resolved').length,
        alerts: [...stands, ...still].slice(0, MOST_ANSWERED).map(toAlert),
      };
      const isIdle = changes.length === 0;
      return { draft, outcome: accepted(answer), isIdle, write: () => writeAlerts(tx, changes) };
    },
  });
}

const MOST_ANSWERED = 500;
