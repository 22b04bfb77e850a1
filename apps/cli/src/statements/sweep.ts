/**
 * Lets the n-th statement of a call fail, for n = 1, 2, … until the call is through before its n-th, and in every mode: each time the
 * answer is right, nothing is there by half, and the repeat with the same key has one effect.
 */
import { isDeepStrictEqual } from 'node:util';
import { createFixtures, type Fixtures } from '@granary/testkit/inputs/fixtures';
import type { CallInput, MakeCall } from '@granary/testkit/inputs/procedure-sheet';
import { sheetOf } from '@granary/testkit/inputs/sheets/all';
import { shuffle } from '@granary/testkit/inputs/trial';
import { leaksOf, type Send, sender, type WireAnswer } from '@granary/testkit/inputs/wire';
import type { ApiUnderTest } from '../inputs/api-under-test.ts';
import { type Mode, modes as everyMode } from './modes.ts';
import { added, type TableSums, watchSums } from './table-sums.ts';
import { isCommit, type Tap, tapOn } from './tap.ts';

export interface SweepOptions {
  readonly procedures: readonly string[];
  /** Of each call only so many failures, drawn by the seed; left out, all of them. */
  readonly sample?: { readonly seed: number; readonly each: number } | undefined;
  /** Those of modes.ts when left out. */
  readonly modes?: readonly Mode[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (cases: number, procedure: string) => void;
}

export interface SweepReport {
  readonly procedures: number;
  /** Valid calls that statements of were let fail. */
  readonly calls: number;
  /** The most statements that one of them sends. */
  readonly mostStatements: number;
  readonly cases: number;
  /** Of these, how many were served in spite of it, and how many were told to ask again. */
  readonly served: number;
  readonly refused: number;
  readonly perMode: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

interface Site {
  readonly send: Send;
  readonly fixtures: Fixtures;
  readonly tap: Tap;
  readonly sums: TableSums;
}

type Tally = { -readonly [Field in keyof SweepReport]: SweepReport[Field] } & {
  perMode: Record<string, number>;
  problems: string[];
};

/** Nothing was changed, ask again: too many others, or the database is away. */
const RETRYABLE = ['INV_004', 'INV_012'];
const SECRETS = ['secret', 'token'];
const MOST_PROBLEMS = 100;

export async function sweep(api: ApiUnderTest, options: SweepOptions): Promise<SweepReport> {
  const send = sender(api.url);
  const sums = await watchSums(api.databaseUrl);
  const site = { send, fixtures: createFixtures(send, api.databaseUrl), tap: tapOn(api.dataSource), sums };
  const tally: Tally = {
    ...{ procedures: 0, calls: 0, mostStatements: 0, cases: 0, served: 0, refused: 0, perMode: {}, problems: [] },
  };
  try {
    for (const [place, procedure] of options.procedures.entries()) {
      if (options.signal?.aborted === true || tally.problems.length > MOST_PROBLEMS) break;
      await sweepProcedure(site, procedure, { options, tally });
      // Of a sample, what one breaks is there at the end as well.
      if (options.sample !== undefined && place < options.procedures.length - 1) continue;
      const { violations } = await api.verify();
      if (violations.length > 0)
        tally.problems.push(`${procedure} broke an invariant: ${JSON.stringify(violations).slice(0, 500)}`);
    }
  } finally {
    await sums.close();
  }
  return tally;
}

interface Run {
  readonly options: SweepOptions;
  readonly tally: Tally;
}

async function sweepProcedure(site: Site, procedure: string, run: Run): Promise<void> {
  const { options, tally } = run;
  const sheet = sheetOf(procedure);
  if (sheet === undefined) tally.problems.push(`nobody wrote a sheet of ${procedure}: what is a valid call of it?`);
  tally.procedures += 1;
  const calls = sheet?.calls ?? [];
  for (const [variant, make] of calls.entries()) {
    if (options.sample !== undefined && variant > 0) break;
    const subject = await untouched(site, { procedure, title: `${procedure} call ${variant + 1}`, make }, tally);
    if (subject !== undefined) await sweepCall(site, subject, run);
  }
  const open = await site.sums.openTransactions();
  if (open > 0) tally.problems.push(`${procedure} leaves ${open} transactions open`);
}

interface Wanted {
  readonly procedure: string;
  readonly title: string;
  readonly make: MakeCall;
}

interface Subject extends Wanted {
  readonly statements: number;
  /** What the call adds to the tables when nothing fails. */
  readonly effect: string;
}

/** The call as it is when nothing fails: it must be accepted, or a failure of it would show nothing. The first one may be of another kind. */
async function untouched(site: Site, wanted: Wanted, tally: Tally): Promise<Subject | undefined> {
  await site.send(wanted.procedure, JSON.stringify(await keyed(site, wanted)));
  const call = await keyed(site, wanted);
  const before = await site.sums.look();
  site.tap.arm();
  const answer = await site.send(wanted.procedure, JSON.stringify(call));
  const { statements } = site.tap.disarm();
  if (answer.status !== 200) {
    tally.problems.push(`${wanted.title} is refused: ${answer.text.slice(0, 300)}`);
    return undefined;
  }
  tally.calls += 1;
  tally.mostStatements = Math.max(tally.mostStatements, statements);
  return { ...wanted, statements, effect: added(before, await site.sums.look()) };
}

let keys = 0;

async function keyed({ fixtures }: Site, { make, title }: Wanted): Promise<CallInput> {
  return { ...(await make(fixtures)), idempotencyKey: `${title} ${(keys += 1)}` };
}

async function sweepCall(site: Site, subject: Subject, { options, tally }: Run): Promise<void> {
  const { sample, modes = everyMode } = options;
  if (sample !== undefined) {
    const all = modes.flatMap((mode) => Array.from({ length: subject.statements }, (_, at) => ({ mode, at: at + 1 })));
    for (const { mode, at } of shuffle(all, sample.seed + tally.cases).slice(0, sample.each))
      await tryCase(site, subject, { mode, at, tally });
    options.onProgress?.(tally.cases, subject.procedure);
    return;
  }
  for (const mode of modes) {
    for (let at = 1; options.signal?.aborted !== true && (await tryCase(site, subject, { mode, at, tally })); at += 1)
      options.onProgress?.(tally.cases, subject.procedure);
  }
}

interface Case {
  readonly mode: Mode;
  readonly at: number;
  readonly tally: Tally;
}

/** False when the call was through before its n-th statement. */
async function tryCase(site: Site, subject: Subject, { mode, at, tally }: Case): Promise<boolean> {
  const { procedure, title, effect } = subject;
  const body = JSON.stringify(await keyed(site, subject));
  const before = await site.sums.look();
  site.tap.arm({ mode, at });
  const answer = await site.send(procedure, body);
  const { struck, commits } = site.tap.disarm();
  if (struck === undefined) return false;
  tally.cases += 1;
  tally.perMode[mode.name] = (tally.perMode[mode.name] ?? 0) + 1;
  const isServed = answer.status === 200;
  if (isServed) tally.served += 1;
  else tally.refused += 1;
  const now = added(before, await site.sums.look());
  const again = await site.send(procedure, body);
  const atEnd = added(before, await site.sums.look());
  const problems = [
    ...answerProblems(answer, { mode, struck }),
    ...(isRight(now, { isServed, effect, struck, commits }) ? [] : [`left ${now || 'nothing'}`]),
    ...(again.status === 200 ? [] : [`the repeat answered ${again.status} ${again.text.slice(0, 300)}`]),
    ...(isServed && !isDeepStrictEqual(open(again.data), open(answer.data)) ? ['the repeat answered otherwise'] : []),
    ...(atEnd === effect
      ? []
      : [`after the repeat there is ${atEnd || 'nothing'}, and should be ${effect || 'nothing'}`]),
  ];
  const where = `${title}, ${mode.name} at statement ${at} (${struck.trim().slice(0, 80)})`;
  tally.problems.push(...problems.map((problem) => `${where}: ${problem}`));
  return true;
}

interface Left {
  readonly isServed: boolean;
  readonly effect: string;
  readonly struck: string;
  readonly commits: number;
}

/** All of what was served, and nothing of what was refused: but of a COMMIT that nobody can ask about either is right, and what goes in steps has gone some of them. */
function isRight(now: string, { isServed, effect, struck, commits }: Left): boolean {
  if (isServed) return now === effect;
  return now === '' || commits > 0 || (now === effect && isCommit(struck));
}

/** A secret is told once, and not to whoever repeats the call. */
function open(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).filter(([name]) => !SECRETS.includes(name)));
}

/** A failure that passes is nobody's affair; one that lasts is told as such, with nothing of the server's words. */
function answerProblems(
  answer: WireAnswer,
  { mode, struck }: { readonly mode: Mode; readonly struck: string },
): string[] {
  if (answer.status === 200) return [];
  const isTold = RETRYABLE.includes(answer.code) && answer.status < 600;
  return [
    ...(isTold ? [] : [`answered ${answer.status} ${answer.text.slice(0, 300)}`]),
    ...(mode.isLasting || !/^\s*(INSERT|UPDATE)/.test(struck)
      ? []
      : [`was not tried again: ${answer.text.slice(0, 200)}`]),
    ...leaksOf(answer, ''),
  ];
}
