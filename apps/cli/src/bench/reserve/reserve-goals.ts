/** What reservations must reach against the references, cell by cell. */
import type { Goal } from '../bench.ts';
import type { ArmName } from '../load/arms.ts';
import { failuresOf, ratioOf } from '../load/turns.ts';
import type { Cell, Load } from './cells.ts';

interface Wanted {
  readonly load: Load;
  readonly callers: number;
  /** Each as at least, and as hoped for. */
  readonly toFull: readonly [number, number];
  readonly toSlim: readonly [number, number];
}

const WANTED: readonly Wanted[] = [
  { load: 'hot', callers: 256, toFull: [25, 40], toSlim: [9, 14] },
  { load: 'hot', callers: 64, toFull: [18, 28], toSlim: [6, 10] },
  { load: 'hot', callers: 1, toFull: [1.1, 1.5], toSlim: [0.5, 0.75] },
  { load: 'spread', callers: 256, toFull: [5, 9], toSlim: [2, 3.8] },
];

/** p99 over REF's: a queue that only moved elsewhere would show here. */
const MOST_P99_HOT_256 = 0.15;
/** A reference that is itself slow would flatter. */
const LEAST_OF_BARE_UPDATE = 0.25;

export function cellGoals(cells: readonly Cell[]): readonly Goal[] {
  return [
    ...WANTED.flatMap((wanted) => ofCell(cells, wanted, (cell) => rateGoals(cell, wanted))),
    ...ofCell(cells, { load: 'hot', callers: 256 }, ({ rounds }) => [
      {
        name: 'hot, 256 callers: p99 over that of REF',
        measured: ratioOf(rounds, ['Granary', 'REF'], 'p99Ms'),
        limit: MOST_P99_HOT_256,
      },
    ]),
    ...cells.flatMap(bareGoal),
    { name: 'calls that failed', measured: sum(cells.map(({ rounds }) => failuresOf(rounds))), limit: 0 },
    { name: 'units out of place after a cell', measured: Math.max(...cells.map((cell) => cell.unbalanced)), limit: 0 },
  ];
}

function ofCell(
  cells: readonly Cell[],
  { load, callers }: Pick<Wanted, 'load' | 'callers'>,
  goals: (cell: Cell) => readonly Goal[],
): readonly Goal[] {
  return cells.filter((cell) => cell.load === load && cell.callers === callers).flatMap(goals);
}

function rateGoals({ rounds, load, callers }: Cell, { toFull, toSlim }: Wanted): readonly Goal[] {
  const against = (name: ArmName, [limit, wish]: readonly [number, number]): Goal => ({
    name: `${load}, ${callers === 1 ? 'one caller' : `${callers} callers`}: times ${name}`,
    measured: ratioOf(rounds, ['Granary', name], 'perSecond'),
    ...{ limit, wish, bound: 'least' },
  });
  return [against('REF-FULL', toFull), against('REF', toSlim)];
}

function bareGoal({ rounds, load, callers }: Cell): readonly Goal[] {
  if (rounds[0]?.['UPDATE'] === undefined) return [];
  const measured = ratioOf(rounds, ['REF', 'UPDATE'], 'perSecond');
  const name = `${load}, ${callers} callers: REF, times one committed UPDATE a request`;
  return [{ name, measured, limit: LEAST_OF_BARE_UPDATE, bound: 'least' }];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
