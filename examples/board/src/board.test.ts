/** The board alone: what it shows and counts, however reading and hearing fall together. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createBoard, type Item, type Level } from './board.ts';

const level = (skuId: string, version: number): Level => ({
  ...{ skuId, locationId: 'default', onHand: version * 10, reserved: 0, locked: 0, version },
});
const item = (skuId: string, version: number, previousVersion = version - 1): Item => ({
  ...{ kind: 'level' as const, ...level(skuId, version), previousVersion },
});
const reset: Item = { kind: 'reset', reason: 'started' };

/** A board whose readings are answered by the test. */
function opened() {
  const readings: ((levels: readonly Level[] | Error) => void)[] = [];
  const troubles: unknown[] = [];
  const board = createBoard({
    readLevels: () =>
      new Promise((resolve, reject) => {
        readings.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
      }),
    onChange: () => undefined,
    onTrouble: (error) => troubles.push(error),
  });
  const answer = async (levels: readonly Level[] | Error) => {
    readings.shift()?.(levels);
    await sleep(0);
  };
  const versions = () => Object.fromEntries(board.levels().map(({ skuId, version }) => [skuId, version]));
  return { board, answer, versions, troubles, asked: () => readings.length };
}

describe('the board', () => {
  test('reads the levels when it is told to and lays on top what comes', async () => {
    const { board, answer, versions } = opened();
    board.hear(reset);
    await answer([level('A', 3), level('B', 1)]);
    board.hear(item('A', 4));
    board.hear(item('C', 1));
    board.hear({ kind: 'position' });
    board.hear({ kind: 'of tomorrow' });
    expect(versions()).toEqual({ A: 4, B: 1, C: 1 });
    expect(board.counters()).toEqual({ changes: 2, repeats: 0, gaps: 0, reads: 1 });
  });

  test('keeps what comes while it reads, and neither goes back nor forgets', async () => {
    const { board, answer, versions } = opened();
    board.hear(reset);
    for (const heard of [item('A', 2), item('A', 3), item('A', 4), item('NEW', 2)]) board.hear(heard);
    await answer([level('A', 3)]);
    expect(versions()).toEqual({ A: 4, NEW: 2 });
    expect(board.counters()).toMatchObject({ repeats: 2, gaps: 0 });
  });

  test('counts a repeat, which changes nothing', async () => {
    const { board, answer, versions } = opened();
    board.hear(reset);
    await answer([level('A', 3)]);
    for (const version of [2, 3, 4, 3, 4]) board.hear(item('A', version));
    expect(versions()).toEqual({ A: 4 });
    expect(board.counters()).toMatchObject({ changes: 1, repeats: 4 });
  });

  test('sees a gap by its versions and reads anew', async () => {
    const { board, answer, versions, asked } = opened();
    board.hear(reset);
    await answer([level('A', 3)]);
    board.hear(item('A', 6, 5));
    expect(asked()).toBe(1);
    await answer([level('A', 6)]);
    expect(versions()).toEqual({ A: 6 });
    expect(board.counters()).toMatchObject({ gaps: 1, reads: 2 });
  });

  test('reads once more when it is told to while it reads, and shows nothing of a life before', async () => {
    const { board, answer, versions, asked } = opened();
    board.hear(reset);
    await answer([level('A', 9), level('GONE', 2)]);
    board.hear(reset);
    board.hear(reset);
    await answer([level('OLD', 1)]);
    await expect.poll(asked).toBe(1);
    await answer([level('A', 1)]);
    expect(versions()).toEqual({ A: 1 });
    expect(board.counters()).toMatchObject({ reads: 2 });
  });

  test('tries again when levels cannot be read, and says so', async () => {
    const { board, answer, versions, troubles, asked } = opened();
    board.hear(reset);
    await answer(new Error('away'));
    board.hear(item('A', 2));
    expect(troubles).toHaveLength(1);
    await expect.poll(asked, { timeout: 3_000 }).toBe(1);
    await answer([level('A', 1)]);
    expect(versions()).toEqual({ A: 2 });
  });
});
