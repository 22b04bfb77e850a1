/** Many who want the same at once, from several processes: the sweep, an ending, a unit, a key. */
import { setTimeout as sleep } from 'node:timers/promises';
import { callHere } from '../fleet/call-here.ts';
import type { Arena } from '../races/arena.ts';
import { raceForEndings } from '../races/endings.ts';
import { keyRaces, raceForKey } from '../races/keys.ts';
import { preparePlenty, raceForStock } from '../races/oversell.ts';
import { codeOf } from './acts.ts';
import { type BedFault, type Happening, unless } from './fault.ts';
import { hold } from './inputs.ts';
import type { Testbed } from './testbed.ts';

const DUE = 120;
const SWEEPERS = 10;
const MOST_ROUNDS = 30;
const SECOND_MS = 1_100;
const ROUNDS = 150;
const TOGETHER = 50;
const CROWDS = [
  { stock: 1, callers: 10, door: 'client' },
  { stock: 1, callers: 100, door: 'client' },
  { stock: 50, callers: 100, door: 'service' },
  { stock: 50, callers: 1_000, door: 'client' },
] as const;
const ENDINGS = ['confirm', 'release', 'deduct'] as const;

export const raceFaults: readonly BedFault[] = [
  {
    id: 'F38',
    title: 'ten sweepers want the same overdue holds',
    inject: 'ten calls of expireDue at once, over four processes, until nothing is due',
    expect: 'each hold expires once; together they say exactly what was due',
    on: 'testbed',
    run: sweepTogether,
  },
  {
    id: 'F39',
    title: 'calls that end a hold meet each other and its deadline',
    inject: 'confirm, deduct, release, extend, convert and the sweep at once, half of the rounds at the deadline',
    expect: 'one ending a round, explained by some order of the calls; every ending and every winner occurs',
    on: 'testbed',
    limitMs: 120_000,
    run: async (bed) => {
      const { rounds, endings, illegal, violations, ok } = await raceForEndings(await bed.arena(), ROUNDS);
      const problems = [...illegal.slice(0, 5), ...violations, ...unless(ok, 'not every ending or winner occurred')];
      return { happened: rounds, problems, figures: endings };
    },
  },
  {
    id: 'F40',
    title: 'the same ending comes fifty times at once',
    inject: 'confirm, release and deduct of one hold from fifty callers',
    expect: 'one effect, and the same answer to all',
    on: 'testbed',
    run: endTogether,
  },
  {
    id: 'F41',
    title: 'a crowd wants the last units',
    inject: '10, 100 and 1,000 callers over four processes, for 1 and for 50 units',
    expect: 'exactly what is there is given',
    on: 'testbed',
    limitMs: 120_000,
    run: lastUnits,
  },
  {
    id: 'F42',
    title: 'one key comes fifty times at once',
    inject: 'the first one succeeds, fails, is killed after COMMIT',
    expect: 'one effect, and the same answer byte for byte',
    on: 'testbed',
    limitMs: 120_000,
    run: oneKey,
  },
];

async function sweepTogether(bed: Testbed): Promise<Happening> {
  const { fleet } = await bed.arena();
  const skus = [...(await bed.stock('SWEEP', 4, DUE)).keys()];
  const ids: string[] = [];
  for (let each = 0; each < DUE; each += 1) {
    const line = hold(skus[each % skus.length] ?? '', 1, { businessId: bed.name('due'), ttlSeconds: 1 });
    ids.push((await bed.looking.domain.reservations.reserve(line, callHere())).id);
  }
  await sleep(SECOND_MS);
  const swept: string[] = [];
  let rounds = 0;
  for (; new Set(swept).size < DUE && rounds < MOST_ROUNDS; rounds += 1) {
    const sweeping = Array.from({ length: SWEEPERS }, (_, each) =>
      fleet.member(each).client.reservation.expireDue.mutate({ limit: 20 }),
    );
    for (const { reservationIds } of await Promise.all(sweeping)) swept.push(...reservationIds);
  }
  const movements = await bed.ask(
    `SELECT reservation_id FROM stock_movement WHERE reservation_id IN (?) AND kind = 'expire' GROUP BY reservation_id HAVING COUNT(*) = 1`,
    [ids],
  );
  const own = swept.filter((id) => ids.includes(id));
  return {
    happened: own.length,
    problems: [
      ...unless(own.length === DUE && new Set(own).size === DUE, `${own.length} were said to be swept of ${DUE}`),
      ...unless(movements.length === DUE, `${movements.length} of ${DUE} expired exactly once`),
    ],
    figures: { rounds, sweepers: SWEEPERS },
  };
}

async function endTogether(bed: Testbed): Promise<Happening> {
  const { fleet } = await bed.arena();
  const [skuId = ''] = (await bed.stock('TOGETHER', 1, 100)).keys();
  const problems: string[] = [];
  for (const ending of ENDINGS) {
    const { id } = await bed.looking.domain.reservations.reserve(hold(skuId, 1, bed.name('together')), callHere());
    const answers = await Promise.all(
      Array.from({ length: TOGETHER }, async (_, each) =>
        JSON.stringify(await fleet.member(each).client.reservation[ending].mutate({ id }).catch(codeOf)),
      ),
    );
    const [moved] = await bed.ask(
      `SELECT COUNT(*) AS n FROM stock_movement WHERE reservation_id = ? AND kind IN ('release', 'deduct')`,
      [id],
    );
    const wanted = ending === 'confirm' ? 0 : 1;
    problems.push(
      ...unless(new Set(answers).size === 1, `${ending}: ${new Set(answers).size} different answers`),
      ...unless(answers[0]?.includes('INV_') === false, `${ending}: ${answers[0]}`),
      ...unless(Number(moved?.['n']) === wanted, `${ending}: ${String(moved?.['n'])} movements`),
    );
  }
  return { happened: TOGETHER * ENDINGS.length, problems };
}

async function lastUnits(bed: Testbed): Promise<Happening> {
  const arena = await bed.arena();
  await preparePlenty(arena).catch(() => undefined);
  const problems: string[] = [];
  let happened = 0;
  for (const crowd of CROWDS) {
    const { accepted, expected, failures, violations, ok } = await raceForStock(arena, crowd);
    happened += crowd.callers;
    const name = `${crowd.callers} for ${crowd.stock}`;
    problems.push(...unless(ok, `${name}: ${accepted} of ${expected}`), ...failures.slice(0, 3), ...violations);
  }
  return { happened, problems };
}

async function oneKey(bed: Testbed): Promise<Happening> {
  const arena: Arena = await bed.arena();
  const problems: string[] = [];
  let happened = 0;
  for (const race of keyRaces) {
    const result = await raceForKey(arena, race);
    happened += result.callers;
    problems.push(...result.problems.map((problem) => `${race}: ${problem}`));
  }
  return { happened, problems };
}
