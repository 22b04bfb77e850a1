/** `races`: the whole matrix of crowds that want the same stock, the same reservation, or the same key. */
import { type CommandContext, defineCommand } from '../command.ts';
import { type Arena, type LockMode, lockModes, openArena } from '../races/arena.ts';
import { raceForEndings } from '../races/endings.ts';
import { keyRaces, raceForKey } from '../races/keys.ts';
import { killAmidWork } from '../races/kills.ts';
import { meetOverdueHolds } from '../races/overdue.ts';
import {
  doors,
  type Overlap,
  overlapOf,
  preparePlenty,
  raceForStock,
  type StockRaceResult,
} from '../races/oversell.ts';
import { table } from '../table.ts';

const CROWDS = [10, 100, 1000];
const QUICK_CROWDS = [10, 100];
const STOCKS = [1, 50];
/** A queue of locks in front of a row is slow by nature. */
const LARGEST_CROWD_WITH_LOCKS = 100;
const ROUNDS = 1000;
const QUICK_ROUNDS = 100;
const KILLS = 20;
const QUICK_KILLS = 4;
const KILLS_SEED = 1;

const options = {
  quick: {
    type: 'boolean',
    description: 'Crowds of 10 and 100 only, and 100 rounds instead of 1,000, 4 kills instead of 20',
  },
} as const;
type Context = CommandContext<typeof options>;

export const command = defineCommand({
  name: 'races',
  summary:
    'Lets crowds of callers race for stock, reservations and keys over 4 api processes, and proves that nobody got too much',
  options,
  async run(context) {
    const stock: StockMatrix[] = [];
    for (const mode of lockModes) stock.push(await stockMatrix(context, mode));
    const rest = await inArena('documents', (arena) => oneOfEach(context, arena));
    const { endings, keys, overdue, kills } = rest;
    const ok = [...stock, endings, ...keys, ...overdue, kills].every((part) => part.ok);
    const figures = { stock, endings, keys, overdue, kills };
    return { ok, figures, summary: summaryOf(stock, rest) };
  },
});

interface StockMatrix extends Overlap {
  readonly mode: LockMode;
  readonly races: readonly StockRaceResult[];
}

async function inArena<T>(mode: LockMode, work: (arena: Arena) => Promise<T>): Promise<T> {
  const arena = await openArena(mode);
  try {
    return await work(arena);
  } finally {
    await arena.close();
  }
}

function stockMatrix({ values, progress, signal }: Context, mode: LockMode): Promise<StockMatrix> {
  const crowds = (values.quick ? QUICK_CROWDS : CROWDS).filter(
    (callers) => mode !== 'all' || callers <= LARGEST_CROWD_WITH_LOCKS,
  );
  const plan = crowds.flatMap((callers) => STOCKS.flatMap((stock) => doors.map((door) => ({ callers, stock, door }))));
  return inArena(mode, async (arena) => {
    const bar = progress(`for stock, locks: ${mode}`, plan.length);
    await preparePlenty(arena);
    const races: StockRaceResult[] = [];
    for (const race of plan) {
      signal.throwIfAborted();
      races.push(await raceForStock(arena, race));
      bar.at(races.length, `${race.callers} callers for ${race.stock} by ${race.door}`);
    }
    bar.end();
    const overlap = await overlapOf(arena);
    return { mode, races, ...overlap, ok: overlap.ok && races.every((race) => race.ok) };
  });
}

async function oneOfEach({ values, progress, signal }: Context, arena: Arena) {
  const rounds = values.quick ? QUICK_ROUNDS : ROUNDS;
  const bar = progress('for one reservation', rounds);
  const endings = await raceForEndings(arena, rounds, (done) => {
    signal.throwIfAborted();
    bar.at(done);
  });
  bar.end();
  const keys = [];
  const keyBar = progress('for one key', keyRaces.length);
  for (const race of keyRaces) keyBar.at(keys.push(await raceForKey(arena, race)), race);
  keyBar.end();
  const overdueBar = progress('overdue holds');
  const overdue = await meetOverdueHolds(arena);
  overdueBar.end();
  const most = values.quick ? QUICK_KILLS : KILLS;
  const killBar = progress('killed amid work', most);
  const onKilled = (done: number) => {
    signal.throwIfAborted();
    killBar.at(done);
  };
  const kills = await killAmidWork(arena, { kills: most, seed: KILLS_SEED, onKilled });
  killBar.end();
  return { endings, keys, overdue, kills };
}

function summaryOf(
  stock: readonly StockMatrix[],
  { endings, keys, overdue, kills }: Awaited<ReturnType<typeof oneOfEach>>,
): string {
  const races = stock.flatMap(({ mode, races: all }) =>
    all.map((race) => [
      mode,
      race.callers,
      race.stock,
      race.door,
      `${race.accepted}/${race.expected}`,
      race.failures.length,
      race.violations.length,
      `${race.milliseconds} ms`,
    ]),
  );
  const overlap = stock.map(({ mode, peaks, acquired, skipped }) => [mode, peaks.join(' '), acquired, skipped]);
  const pairs = (record: Readonly<Record<string, number>>) =>
    Object.entries(record)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return [
    table([['locks', 'callers', 'stock', 'by', 'accepted', 'failures', 'violations', 'took'], ...races]),
    '',
    table([['locks', 'most at once, per process', 'locks taken', 'done without'], ...overlap]),
    '',
    `One ending in ${endings.rounds} rounds: ${pairs(endings.endings)}; accepted: ${pairs(endings.won)}; illegal: ${endings.illegal.length}`,
    ...endings.illegal.slice(0, 10),
    ...keys.map(({ race, callers, answers, effects, problems }) =>
      `One key, ${callers} callers, ${race}: ${answers} answer, ${effects} effects ${problems.join('; ')}`.trimEnd(),
    ),
    ...overdue.map(({ name, answers, problems }) =>
      `Overdue, met by ${name}: ${pairs(answers)} ${problems.join('; ')}`.trimEnd(),
    ),
    `Killed amid work ${kills.kills} times: of ${kills.acknowledged} acknowledged effects ${kills.lost.length} lost; ${kills.unknown} unanswered, ${kills.unknownThere} of them there`,
    ...[...kills.lost, ...kills.problems],
  ].join('\n');
}
