/** Closing by itself: the oldest period that is not closed, once so many days have passed since its last one. */
import type { Period, PeriodClosing } from '@granary/contracts/period';
import { plusDays } from '@granary/contracts/instant';
import type { Call } from '@granary/domain/call';
import { takeLease } from '@granary/domain/persistence/outbox-store';
import type { Tx } from '@granary/domain/persistence/transaction';
import { dayOf } from '@granary/domain/rules/calendar';
import { readPeriods } from '../persistence/period-store.ts';
import { closePeriod, type ClosingParts } from './period-closing.ts';

const LEASE = 'cost-auto-close';

export interface AutoCloseRound {
  /** Names this worker among others. */
  readonly holder: string;
  readonly leaseMs: number;
}

/** Null when none is due, or another worker sees to it. Two at once would do no harm: the steps of a close are done once. */
export function createAutoClose(parts: ClosingParts) {
  return async ({ holder, leaseMs }: AutoCloseRound, call: Call): Promise<PeriodClosing | null> => {
    const { stock, engine } = parts;
    const { autoCloseDays, timezone } = engine.config;
    if (autoCloseDays === null) return null;
    const due = await stock.units.read((tx) => findDue(tx, autoCloseDays, timezone));
    if (due === undefined) return null;
    const held = await stock.units.write(call, (tx) => takeLease(tx, { holder, leaseMs, name: LEASE }));
    return held ? await closePeriod(parts, { input: { periodId: due.periodId }, call }) : null;
  };
}

async function findDue(tx: Tx, afterDays: number, timezone: string): Promise<Period | undefined> {
  const oldest = (await readPeriods(tx)).find(({ state }) => state !== 'closed');
  const today = dayOf(await tx.now(), timezone);
  return oldest !== undefined && plusDays(oldest.endsOn, afterDays) < today ? oldest : undefined;
}
