/** Alerts as people see them: listed, acknowledged, resolved by hand. alert-watch.ts raises them. */
import type {
  Alert,
  AlertAcknowledgeInput,
  AlertEvaluateInput,
  AlertListInput,
  AlertResolveInput,
  LowStock,
  LowStockInput,
} from '@granary/contracts/alert';
import type { Page } from '@granary/contracts/page';
import type { Call } from '../call.ts';
import type { AlertRow } from '../entities/alert.ts';
import { levelKey, type LevelRow } from '../entities/level.ts';
import { findAlert, listAlerts, listLow, writeAlerts } from '../persistence/alert-store.ts';
import { readLevels } from '../persistence/level-store.ts';
import { pageOf } from '../persistence/page.ts';
import { accepted, invalidState, notFound, present, refused } from '../refusal.ts';
import { acknowledged, alertFact, resolved, toAlert } from '../rules/alert-change.ts';
import { evaluate, placeOf } from './alert-settling.ts';
import { draftNow, type Engine, execute } from './execution.ts';

export function createAlertService(engine: Engine) {
  return {
    evaluate: (input: AlertEvaluateInput, call: Call) => evaluate(engine, input, call),

    get: async ({ alertId }: { alertId: string }): Promise<Alert> =>
      await engine.units.read(async (tx) => {
        const row = await findAlert(tx, alertId);
        if (row === undefined) throw notFound('alert', alertId);
        return toAlert(row);
      }),

    list: async (input: AlertListInput): Promise<Page<Alert>> =>
      await engine.units.read(async (tx) => {
        const page = await pageOf({
          ...{ list: 'alerts', input },
          load: (after, limit) => listAlerts(tx, { input, before: after?.[0], limit }),
          keyOf: (row) => [row.alertId],
        });
        return { items: page.items.map(toAlert), nextCursor: page.nextCursor };
      }),

    /** By a repeat the alert is answered as it stands. */
    acknowledge: (input: AlertAcknowledgeInput, call: Call) =>
      change(engine, { procedure: 'alert.acknowledge', input, call }, (before, at) => {
        if (before.state === 'acknowledged') return before;
        return before.state === 'open' ? acknowledged(before, { by: call.caller.actor, at }) : undefined;
      }),

    resolve: (input: AlertResolveInput, call: Call) =>
      change(engine, { procedure: 'alert.resolve', input, call }, (before, at) =>
        before.state === 'resolved' ? before : resolved(before, { by: call.caller.actor, reason: input.reason, at }),
      ),
  };
}

interface Changing {
  readonly procedure: string;
  readonly input: AlertAcknowledgeInput | AlertResolveInput;
  readonly call: Call;
}

type At = Parameters<typeof resolved>[1]['at'];

async function change(
  engine: Engine,
  { procedure, input, call }: Changing,
  next: (before: AlertRow, at: At) => AlertRow | undefined,
): Promise<Alert> {
  const { alertId } = input;
  return await execute(engine, {
    ...{ procedure, input, call },
    lock: { scope: 'document', keys: [`alert:${alertId}`] },
    decide: async (tx) => {
      const before = await findAlert(tx, alertId);
      const draft = await draftNow(tx, engine);
      if (before === undefined) return { draft, outcome: refused(notFound('alert', alertId)) };
      const after = next(before, { now: draft.now, commandId: tx.commandId });
      if (after === undefined) return { draft, outcome: refused(isOver(alertId)) };
      if (after === before) return { draft, outcome: accepted(toAlert(before)) };
      draft.facts.push(alertFact({ before, after }));
      const told = { before: toAlert(before), after: toAlert(after) };
      return { draft, outcome: accepted(told.after), ...told, write: () => writeAlerts(tx, [{ before, after }]) };
    },
  });
}

function isOver(id: string) {
  return invalidState({
    ...{ noun: 'alert', id, state: 'resolved' },
    message: `Alert ${id} is resolved and cannot be acknowledged.`,
    hint: 'What is still the case raises a new alert; look for it with alert.list.',
  });
}

/** stock.lowStock: the alerts that stand, and with the page alone the balances of its levels. */
export function createLowStock(engine: Engine) {
  async function lowStock(input: LowStockInput): Promise<Page<LowStock>> {
    return await engine.units.read(async (tx) => {
      const page = await pageOf({
        ...{ list: 'lowStock', input },
        load: (after, limit) => listLow(tx, { input, before: after?.[0], limit }),
        keyOf: (row) => [row.alertId],
      });
      const pairs = page.items.map(placeOf);
      const levels = new Map((await readLevels(tx, { skuIds: [], pairs })).map((row) => [levelKey(row), row]));
      const items = page.items.map((row) => toLowStock(row, levels.get(levelKey(placeOf(row)))));
      return { items, nextCursor: page.nextCursor };
    });
  }

  return { lowStock };
}

function toLowStock(row: AlertRow, level: LevelRow | undefined): LowStock {
  const { onHand, reserved, locked, deficit } = present(level, 'the level of an alert');
  return {
    ...{ alertId: row.alertId, kind: row.kind === 'outOfStock' ? 'outOfStock' : 'low', severity: row.severity },
    ...{
      ...placeOf(row),
      available: row.value,
      threshold: present(row.threshold, 'the threshold of an alert'),
      since: row.raisedAt,
    },
    ...{ onHand, reserved, locked, deficit },
  };
}
