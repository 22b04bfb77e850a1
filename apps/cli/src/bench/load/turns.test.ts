/** Figures are only as good as what is made of them: medians of ratios of one round, times from when a call was due, failures apart. */
import { describe, expect, it } from 'vitest';
import { isMet } from '../bench.ts';
import { closedLoop, type Measured } from './closed-loop.ts';
import { openLoop } from './open-loop.ts';
import { failuresOf, inTurns, ratioOf, tellRounds } from './turns.ts';

const measured = (perSecond: number, failures: Measured['failures'] = {}): Measured => ({
  ...{ calls: perSecond, perSecond, p50Ms: 1, p99Ms: 2, failures },
});

const sleeping = (ms: number) => () => new Promise((resolve) => setTimeout(resolve, ms));

describe('what is made of rounds', () => {
  it('is the median of the ratios of each round, not the ratio of the medians', () => {
    const rounds = [
      { REF: measured(100), Granary: measured(500) },
      { REF: measured(10), Granary: measured(900) },
      { REF: measured(1000), Granary: measured(3000) },
    ];
    expect(ratioOf(rounds, ['Granary', 'REF'], 'perSecond')).toBe(5);
  });

  it('counts failed calls and tells them by what they were', () => {
    const rounds = [{ REF: measured(1, { INV_012: 2 }) }, { REF: measured(1, { INV_012: 1, ECONNRESET: 1 }) }];
    expect(failuresOf(rounds)).toBe(4);
    expect(tellRounds(rounds)).toMatchObject({ REF: { failures: { INV_012: 3, ECONNRESET: 1 } } });
  });

  it('takes turns, every second round the other way round, after a warm-up of each', async () => {
    const order: string[] = [];
    const arm = (name: string) => ({
      name,
      call: async () => {
        if (order.at(-1) !== name) order.push(name);
        await sleeping(1)();
      },
    });
    const loop = { callers: 1, ms: 15 };
    await inTurns([arm('A'), arm('B')], { loop, rounds: 2, signal: new AbortController().signal });
    // B ends the first round and begins the second one.
    expect(order).toEqual(['A', 'B', 'A', 'B', 'A']);
  });
});

describe('loops of callers', () => {
  it('closed: so many at once and no more, and a failure is no call', async () => {
    let [open, most, asked] = [0, 0, 0];
    const { calls, failures } = await closedLoop(
      async () => {
        most = Math.max(most, (open += 1));
        await sleeping(2)();
        open -= 1;
        if ((asked += 1) % 2 === 0) throw Object.assign(new Error('no'), { code: 'NO' });
      },
      { callers: 5, ms: 40 },
    );
    expect(most).toBe(5);
    expect(calls + (failures['NO'] ?? 0)).toBe(asked);
    expect(failures['NO']).toBe(Math.floor(asked / 2));
  });

  it('open: whoever is due comes though those before wait, and waits from when it was due', async () => {
    const { arrived, accepted, backlogLast, p50Ms } = await openLoop(sleeping(60), { perSecond: 500, ms: 200 });
    expect(arrived).toBeGreaterThan(80);
    expect(accepted).toBe(arrived);
    expect(backlogLast).toBeGreaterThan(15);
    expect(p50Ms).toBeGreaterThanOrEqual(59);
  });
});

describe('a goal', () => {
  it.each([
    ['at most, met', { measured: 1, limit: 1 }, true],
    ['at most, missed', { measured: 1.1, limit: 1 }, false],
    ['at least, met', { measured: 1, limit: 1, bound: 'least' }, true],
    ['at least, missed', { measured: 0.9, limit: 1, bound: 'least' }, false],
    ['not measured', { measured: Number.NaN, limit: 1, bound: 'least' }, false],
  ] as const)('%s', (name, goal, met) => {
    expect(isMet({ name, ...goal })).toBe(met);
  });
});
