/** What the server answers in place of an effect, and calls that are made again: deadlocks, waits, conflicts, keys. */
import { failure, isCommit, statement } from '@granary/testkit/mysql-messages';
import type { Fault as LineFault } from '@granary/testkit/fault-proxy';
import { setTimeout as sleep } from 'node:timers/promises';
import { callHere } from '../fleet/call-here.ts';
import { codeOf, doIt, effectsOf, repeated, struckOn } from './acts.ts';
import { type BedFault, type Happening, unless } from './fault.ts';
import { metricOf } from './metric.ts';
import type { Testbed } from './testbed.ts';

const RETRIES = 3;
/** Longer than a session waits for a row, see database-session.ts. */
const HELD_MS = 5_600;
const PATIENCE_MS = 15_000;
const DEADLOCK = `SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'deadlock by a fault'`;
const ISOLATION = `SELECT VARIABLE_VALUE AS value FROM information_schema.GLOBAL_VARIABLES WHERE VARIABLE_NAME = 'INNODB_SNAPSHOT_ISOLATION'`;

export const retryFaults: readonly BedFault[] = [
  {
    id: 'F13',
    title: 'deadlocks up to and past the last allowed retry',
    inject: 'the server raises 1213 k times inside the transaction, k = 0..4',
    expect: 'done for k up to 3; INV_004 for 4, and nothing changed',
    on: 'testbed',
    isFast: true,
    run: deadlocks,
  },
  {
    id: 'F14',
    title: 'a lock wait runs out amid a unit',
    inject: 'another session keeps the level locked for longer than a session waits',
    expect: 'the whole unit is rolled back and runs again; one effect',
    on: 'testbed',
    run: lockWait,
  },
  {
    id: 'F15',
    title: 'a snapshot conflict (1020)',
    inject: 'the server answers 1020 to the locking read; then innodb_snapshot_isolation ON and OFF under a race',
    expect: 'retried with one effect; nobody oversells in either setting',
    on: 'testbed',
    run: snapshotConflict,
  },
  {
    id: 'F16',
    title: 'a deadlock is reported at COMMIT, as Galera does',
    inject: 'the proxy sends ROLLBACK in place of COMMIT and answers 1213',
    expect: 'the unit runs again; one effect',
    on: 'testbed',
    isFast: true,
    run: (bed) => answered(bed, { match: isCommit, errno: 1213, state: '40001' }),
  },
];

async function deadlocks(bed: Testbed): Promise<Happening> {
  const [skuId = ''] = (await bed.stock('DEADLOCKS', 1, 100)).keys();
  const problems: string[] = [];
  let happened = 0;
  for (let times = 0; times <= RETRIES + 1; times += 1) {
    let left = times;
    bed.inside(async (tx) => {
      if (left === 0) return;
      left -= 1;
      happened += 1;
      await tx.rows(DEADLOCK);
    });
    const act = { name: bed.name('deadlock'), kind: 'purchase', skuId } as const;
    const ended = await doIt(bed.api.granary.domain, act).then(() => 'done', codeOf);
    const [wanted, effects] = times <= RETRIES ? ['done', 1] : ['INV_004', 0];
    problems.push(
      ...unless(ended === wanted, `after ${times} deadlocks: ${ended}`),
      ...unless((await effectsOf(bed, act)) === effects, `after ${times} deadlocks not ${effects} effects`),
    );
  }
  bed.inside();
  return { happened, problems };
}

async function lockWait(bed: Testbed): Promise<Happening> {
  const [skuId = ''] = (await bed.stock('WAIT', 1, 100)).keys();
  const stranger = await bed.stranger();
  try {
    await stranger.query('START TRANSACTION');
    await stranger.query('SELECT version FROM stock_level WHERE sku_id = ? FOR UPDATE', [skuId]);
    const conflicts = await retriesOf(bed);
    const act = { name: bed.name('wait'), kind: 'sale', skuId, deadlineMs: PATIENCE_MS } as const;
    const waiting = repeated(bed, act);
    await sleep(HELD_MS);
    await stranger.query('ROLLBACK');
    const { problems, first, firstMs } = await waiting;
    return {
      happened: (await retriesOf(bed)) - conflicts,
      problems: [...problems, ...unless(first === 'done', `answered by ${first}`)],
      figures: { 'waited, ms': firstMs },
    };
  } finally {
    stranger.destroy();
  }
}

/** How many units of the api ran again since it began, by what it counts itself. */
const retriesOf = ({ api }: Testbed) => metricOf(api.granary, 'granary_conflicts_total');

async function snapshotConflict(bed: Testbed): Promise<Happening> {
  const made = await answered(bed, { match: 'FOR UPDATE', errno: 1020, state: 'HY000' });
  const [known] = await bed.ask(ISOLATION).catch(() => []);
  const settings = known === undefined ? [] : ['ON', 'OFF'];
  const problems = [...made.problems];
  for (const setting of settings) {
    await bed.ask(`SET GLOBAL innodb_snapshot_isolation = ${setting}`);
    const engine = await bed.open(bed.straight);
    const [skuId = ''] = (await bed.stock('ISOLATION', 1, 10)).keys();
    const acts = Array.from({ length: 40 }, () => ({ name: bed.name('isolation'), kind: 'hold', skuId }) as const);
    const ends = await Promise.all(acts.map((act) => doIt(engine.domain, act).then(() => 'done', codeOf)));
    const done = ends.filter((end) => end === 'done').length;
    const others = ends.filter((end) => end !== 'done' && end !== 'INV_002');
    problems.push(...unless(done === 10 && others.length === 0, `${setting}: ${done} of 10, ${others.join(' ')}`));
    await engine.close();
  }
  if (known !== undefined) await bed.ask(`SET GLOBAL innodb_snapshot_isolation = ${String(known['value'])}`);
  return { ...made, problems, figures: { settings: settings.length } };
}

interface Answer {
  readonly match: string | ((message: Buffer) => boolean);
  readonly errno: number;
  readonly state: string;
}

/** The server is told to roll back, and its client hears this failure. */
async function answered(bed: Testbed, { match, errno, state }: Answer): Promise<Happening> {
  const [skuId = ''] = (await bed.stock('ANSWER', 1, 100)).keys();
  const answer = failure({ errno, state, text: 'by a fault' });
  const fault: LineFault = { kind: 'replace', message: (original) => statement('ROLLBACK', original), answer };
  const problems: string[] = [];
  let happened = 0;
  for (const kind of ['hold', 'sale', 'purchase'] as const) {
    const result = await struckOn(bed, { name: bed.name(kind), kind, skuId }, { match, fault });
    happened += result.struck;
    problems.push(...result.problems, ...unless(result.first === 'done', `${kind} was answered by ${result.first}`));
  }
  return { happened, problems };
}

export const keyFaults: readonly BedFault[] = [
  {
    id: 'F43',
    title: 'a call is repeated after its client gave up, while the first still runs',
    inject: 'the proxy delays COMMIT by 200 ms, and the same key comes again after 50 ms',
    expect: 'one effect, and both get the same answer',
    on: 'testbed',
    isFast: true,
    run: impatient,
  },
  {
    id: 'F44',
    title: 'a key is used again for another request',
    inject: 'the same key with another quantity, another procedure, and another caller',
    expect: 'INV_011 for the first two; the other caller is independent',
    on: 'testbed',
    isFast: true,
    run: otherRequests,
  },
];

async function impatient(bed: Testbed): Promise<Happening> {
  const [skuId = ''] = (await bed.stock('IMPATIENT', 1, 100)).keys();
  const { domain } = bed.api.granary;
  const problems: string[] = [];
  let happened = 0;
  for (const kind of ['hold', 'sale', 'purchase'] as const) {
    const act = { name: bed.name(kind), kind, skuId };
    const slow = bed.line.inject({ match: isCommit, fault: { kind: 'delay', ms: 200 } });
    const first = doIt(domain, act);
    await sleep(50);
    const answers = await Promise.all([first, doIt(domain, act)]);
    happened += slow.struck();
    problems.push(
      ...unless(JSON.stringify(answers[0]) === JSON.stringify(answers[1]), `${kind} was answered in two ways`),
      ...unless((await effectsOf(bed, act)) === 1, `${kind} has not one effect`),
    );
  }
  return { happened, problems };
}

async function otherRequests(bed: Testbed): Promise<Happening> {
  const [skuId = '', other = ''] = (await bed.stock('OTHER', 2, 100)).keys();
  const { domain } = bed.api.granary;
  const act = { name: bed.name('key'), kind: 'purchase', skuId } as const;
  await doIt(domain, act);
  const ends = await Promise.all([
    doIt(domain, { ...act, skuId: other }).then(() => 'done', codeOf),
    doIt(domain, { ...act, kind: 'sale' }).then(() => 'done', codeOf),
  ]);
  const stranger = callHere();
  const independent = await domain.skus
    .create({ skuId: bed.name('KEY'), name: 'other', idempotencyKey: act.name } as never, {
      ...stranger,
      caller: { ...stranger.caller, actor: 'somebody-else' },
    })
    .then(() => 'done', codeOf);
  return {
    happened: ends.length + 1,
    problems: [
      ...unless(
        ends.every((end) => end === 'INV_011'),
        `the same key was answered by ${ends.join(' ')}`,
      ),
      ...unless(independent === 'done', `another caller with the same key was answered by ${independent}`),
    ],
  };
}
