/** Periods that are over close by themselves, oldest first, once their days of grace have passed in the calendar of the shop. */
import { type CalendarDate, plusDays } from '@granary/contracts/instant';
import { dayOf } from '@granary/domain/rules/calendar';
import type { Instant } from '@granary/contracts/instant';
import { rowsOf } from '@granary/domain/testing/database-state';
import { expect, test } from 'vitest';
import { buy, periodsOf } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

const round = { holder: 'w1', leaseMs: 60_000 };

async function todayIn(at: TestCost, timezone = 'UTC'): Promise<CalendarDate> {
  const [row] = await rowsOf(at.dataSource, "SELECT DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%dT%H:%i:%s.000000Z') AS now");
  return dayOf(String(row?.['now']) as Instant, timezone);
}

/** Two short periods, of which the second ended so many days ago. */
async function twoPeriods(at: TestCost, endedDaysAgo: number) {
  const ended = plusDays(await todayIn(at), -endedDaysAgo);
  const days: readonly [string, CalendarDate, CalendarDate][] = [
    ['first', plusDays(ended, -20), plusDays(ended, -11)],
    ['second', plusDays(ended, -10), ended],
  ];
  for (const [name, startsOn, endsOn] of days) {
    await at.cost.periods.create({ name, startsOn, endsOn }, at.call);
    await buy(at, 'S', [1, '1.00', { occurredAt: `${startsOn}T00:00:00.000000Z` }]);
  }
}

const states = async (at: TestCost) =>
  (await periodsOf(at)).filter(({ name }) => ['first', 'second'].includes(name)).map(({ state }) => state);

test.for<[string, number | null, number, readonly string[]]>([
  ['is switched off', null, 100, ['open', 'open']],
  ['has not yet its days behind it', 5, 5, ['closed', 'open']],
  ['has its days behind it', 5, 6, ['closed', 'closed']],
  ['ended yesterday and has no days of grace', 0, 1, ['closed', 'closed']],
  ['ends today and has no days of grace', 0, 0, ['closed', 'open']],
])('a period that %s', async ([, autoCloseDays, endedDaysAgo, expected]) => {
  const at = await openTestCost({ cost: { autoCloseDays } });
  try {
    await twoPeriods(at, endedDaysAgo);
    for (let turn = 0; turn < 3; turn += 1) await at.cost.autoClose(round, at.call);
    expect(await states(at)).toEqual(expected);
  } finally {
    await closeSoundCost(at);
  }
});

test('one worker closes, and others leave it to the one that holds the lease', async () => {
  const at = await openTestCost({ cost: { autoCloseDays: 0 } });
  try {
    await twoPeriods(at, 3);
    expect(await at.cost.autoClose(round, at.call)).toMatchObject({ period: { name: 'first', state: 'closed' } });
    expect(await at.cost.autoClose({ ...round, holder: 'w2' }, at.call)).toBeNull();
    expect(await at.cost.autoClose(round, at.call)).toMatchObject({ period: { name: 'second' }, skus: 1 });
    expect(await at.cost.autoClose(round, at.call)).toBeNull();
  } finally {
    await closeSoundCost(at);
  }
});

test('many at one moment close it once', async () => {
  const at = await openTestCost({ cost: { autoCloseDays: 0 } });
  try {
    await twoPeriods(at, 3);
    await at.dataSource.query('DELETE FROM lease');
    const rounds = Array.from({ length: 6 }, () => at.cost.autoClose(round, at.call));
    await Promise.all(rounds);
    const closings = await rowsOf(
      at.dataSource,
      "SELECT facts FROM outbox WHERE facts LIKE '%cost.period.closed%' AND facts LIKE '%\"first\"%'",
    );
    expect(closings).toHaveLength(1);
  } finally {
    await closeSoundCost(at);
  }
});

test('one whose period is closed by another while it is about to freeze it finds it closed', async () => {
  let pass: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (pass = resolve));
  let isBegun = false;
  let waiting = 0;
  const using = async <T>(_scope: unknown, keys: readonly string[], work: () => Promise<T>): Promise<T> => {
    if (isBegun && keys.includes('period') && (waiting += 1) === 1) await passed;
    return await work();
  };
  const at = await openTestCost({ cost: { autoCloseDays: 0 }, locks: { using } });
  try {
    await twoPeriods(at, 3);
    isBegun = true;
    const held = at.cost.autoClose(round, at.call);
    await expect.poll(() => waiting).toBe(1);
    const first = await at.cost.autoClose(round, at.call);
    expect(first).toMatchObject({ period: { name: 'first', state: 'closed' } });
    pass();
    expect(await held).toEqual(first);
  } finally {
    await closeSoundCost(at);
  }
});
