/** The line between a process and its database: cut before, at and after COMMIT, at every packet, and killed from the other end. */
import { isCommit } from '@granary/testkit/mysql-messages';
import type { FaultRule } from '@granary/testkit/fault-proxy';
import { type ActName, actNames, doIt, repeated, struckOn, type Struck } from './acts.ts';
import type { BedFault, Happening } from './fault.ts';
import type { Testbed } from './testbed.ts';

const SHORT_MS = 500;
/** What a call may take beyond its deadline to learn what became of its COMMIT. */
const LOOKUP_MS = 2_500;
/** No call sends as many. */
const MOST_PACKETS = 40;
const IDLE_SESSIONS = `SELECT id FROM information_schema.processlist WHERE user = 'app' AND command = 'Sleep'`;

export const connectionFaults: readonly BedFault[] = [
  {
    id: 'F7',
    title: 'the connection is cut before COMMIT arrives',
    inject: 'the proxy drops the COMMIT and resets',
    expect: 'the unit runs once more; one effect, the same answer to the repeat',
    on: 'testbed',
    isFast: true,
    run: (bed) => atCommit(bed, { kind: 'cutBefore' }),
  },
  {
    id: 'F8',
    title: 'the connection is cut after COMMIT was executed',
    inject: 'the proxy hands the COMMIT on and resets in place of its answer',
    expect: 'the outcome is looked up; one effect, the same answer to the repeat',
    on: 'testbed',
    isFast: true,
    run: (bed) => atCommit(bed, { kind: 'cutAfter' }),
  },
  {
    id: 'F9',
    title: 'the answer to COMMIT never comes',
    inject: 'the proxy hands the COMMIT on and swallows its answer',
    expect: 'at the deadline the connection is destroyed and the outcome looked up; one effect',
    on: 'testbed',
    isFast: true,
    run: (bed) => atCommit(bed, { kind: 'swallow' }, SHORT_MS),
  },
  {
    id: 'F10',
    title: 'the connection is cut at every packet of a hold',
    inject: 'the proxy cuts before, after and in the midst of the answer to packet k, for every k',
    expect: 'for every k one effect and the right answer to the repeat',
    on: 'testbed',
    run: everyPacket,
  },
  {
    id: 'F11',
    title: 'the server kills sessions, amid a transaction and while idle',
    inject: 'KILL of the session that writes, then of every idle one',
    expect: 'the unit runs again with one effect; the next calls are served',
    on: 'testbed',
    isFast: true,
    run: killSessions,
  },
];

async function atCommit(bed: Testbed, fault: FaultRule['fault'], deadlineMs?: number): Promise<Happening> {
  const [skuId = ''] = (await bed.stock('COMMIT', 1, 100)).keys();
  const all: Struck[] = [];
  for (const kind of actNames) {
    const act = { name: bed.name(kind), kind, skuId, ...(deadlineMs === undefined ? {} : { deadlineMs }) };
    all.push(await struckOn(bed, act, { match: isCommit, fault }));
  }
  const slowest = Math.max(...all.map(({ firstMs }) => firstMs));
  const isLate = slowest > (deadlineMs ?? Infinity) + LOOKUP_MS;
  return {
    happened: all.reduce((sum, { struck }) => sum + struck, 0),
    problems: [...all.flatMap(problemsOf), ...(isLate ? [`a call was answered after ${slowest} ms`] : [])],
    figures: { 'slowest answer, ms': slowest },
  };
}

/** A fault of the line is mended before anybody is told of it. */
const problemsOf = ({ first, problems }: Struck) => [
  ...problems,
  ...(first === 'done' ? [] : [`answered by ${first}`]),
];

async function everyPacket(bed: Testbed): Promise<Happening> {
  const [skuId = ''] = (await bed.stock('PACKETS', 1, 1_000)).keys();
  const faults: readonly FaultRule['fault'][] = [
    { kind: 'cutBefore' },
    { kind: 'cutAfter' },
    { kind: 'cutReplyAfter', bytes: 3 },
  ];
  const problems: string[] = [];
  let [happened, packets] = [0, 0];
  for (const fault of faults) {
    for (let skip = 0; skip < MOST_PACKETS; skip += 1) {
      // A connection of the pool is open: what is cut is the call and not the opening of a connection.
      await bed.client.stock.check.query({ skuId });
      const act = { name: bed.name('packet'), kind: 'hold', skuId } as const;
      const result = await struckOn(bed, act, { match: isStatement, fault, skip });
      problems.push(...result.problems.map((problem) => `${fault.kind} at packet ${skip + 1}: ${problem}`));
      if (result.struck === 0) break;
      happened += result.struck;
      packets = Math.max(packets, skip + 1);
    }
  }
  return { happened, problems, figures: { packets } };
}

const COM_QUERY = 0x03;
const isStatement = (message: Buffer) => message[4] === COM_QUERY;

async function killSessions(bed: Testbed): Promise<Happening> {
  const [skuId = ''] = (await bed.stock('KILL', 1, 100)).keys();
  const problems: string[] = [];
  let happened = 0;
  const kinds: readonly ActName[] = ['sale', 'purchase'];
  for (const kind of kinds) {
    let isDone = false;
    bed.inside(async (tx) => {
      if (isDone) return;
      isDone = true;
      const [row] = await tx.rows('SELECT CONNECTION_ID() AS id');
      await bed.ask(`KILL ${Number(row?.['id'])}`);
      happened += 1;
    });
    const { problems: more, first } = await repeated(bed, { name: bed.name(kind), kind, skuId });
    problems.push(...more, ...(first === 'done' ? [] : [`a killed ${kind} was answered by ${first}`]));
  }
  bed.inside();
  const idle = await bed.ask(IDLE_SESSIONS);
  for (const { id } of idle) await bed.ask(`KILL ${Number(id)}`).catch(() => undefined);
  happened += idle.length;
  const acts = Array.from({ length: 8 }, () => ({ name: bed.name('idle'), kind: 'hold', skuId }) as const);
  const after = await Promise.allSettled(acts.map((act) => doIt(bed.api.granary.domain, act)));
  const failed = after.flatMap((each) =>
    each.status === 'rejected' ? [`after the kill: ${String(each.reason)}`] : [],
  );
  return { happened, problems: [...problems, ...failed], figures: { 'idle sessions killed': idle.length } };
}
