/** Makes the calls and looks at the tables: several calls share a look, since a look costs more than a call. */
import { errorTable } from '@granary/contracts/error';
import { rawOf } from './bad-input.ts';
import { mayChange, problemsOf, strayOf } from './effect.ts';
import type { Fixtures } from './fixtures.ts';
import type { CallInput } from './procedure-sheet.ts';
import { sheetOf } from './sheets/all.ts';
import type { TableChecksums } from './table-checksums.ts';
import type { Trial } from './trial.ts';
import { at, bodyWith, type Send, type WireAnswer } from './wire.ts';

export interface Tools {
  readonly send: Send;
  readonly fixtures: Fixtures;
  readonly run: Counting;
  readonly tables: TableChecksums;
  /** The valid calls by procedure, for what changes nothing. */
  readonly calls: ReadonlyMap<string, readonly CallInput[]>;
}

interface Counting {
  problem(text: string): void;
  count(facts: { procedure: string; class: number; status: number; ms: number }): void;
}

/** First what may change nothing, then what only looks for rows: once a value is kept by one call, another one finds it. */
export function inOrder(trials: readonly Trial[]): Trial[] {
  const keeps = ({ role, field }: Trial): boolean => role === 'stored' || role === 'key' || field.kind === 'text';
  const rankOf = (trial: Trial): number => Number(mayChange(trial)) + Number(keeps(trial) && mayChange(trial));
  return trials.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** Few enough that whoever changed something is found soon. */
const REFUSED_TOGETHER = 60;
const TAKEN_TOGETHER = 32;
/** So many at once: as many as keep the client, the api and the database busy. */
const AT_ONCE = 6;

/** What may change nothing goes together whatever it is; what may, only with its like. */
export function groupsOf(trials: readonly Trial[]): Trial[][] {
  const groups: Trial[][] = [];
  for (const trial of trials) {
    const last = groups.at(-1);
    const [before] = last ?? [];
    if (last !== undefined && before !== undefined && mayJoin(trial, before, last.length)) last.push(trial);
    else groups.push([trial]);
  }
  return groups;
}

function mayJoin(trial: Trial, before: Trial, size: number): boolean {
  if (mayChange(trial) !== mayChange(before)) return false;
  if (!mayChange(trial)) return size < REFUSED_TOGETHER;
  const isAlone = sheetOf(trial.procedure)?.isAlone === true;
  return !isAlone && trial.procedure === before.procedure && size < TAKEN_TOGETHER;
}

export async function tryGroup(group: readonly Trial[], tools: Tools): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  if (mayChange(first)) await tryTaken(group, tools);
  else await tryRefused(group, tools);
}

interface Made {
  readonly trial: Trial;
  readonly call: CallInput | undefined;
  readonly answer: WireAnswer;
}

async function send(trial: Trial, call: CallInput | undefined, tools: Tools): Promise<Made> {
  const raw = rawOf(trial.input, at(call, trial.field.path));
  return { trial, call, answer: await tools.send(trial.procedure, bodyWith(call, trial.field.path, raw)) };
}

function judge({ trial, call, answer: whole }: Made, { run }: Tools): void {
  const { procedure, input } = trial;
  const answer = withinOf(whole, sheetOf(procedure)?.refusesWithin);
  run.count({ procedure, class: input.class, status: answer.status, ms: answer.ms });
  for (const problem of problemsOf(trial, answer, at(call, trial.field.path)))
    run.problem(`${titleOf(trial)}: ${problem}`);
}

/** Where the entries of a list are refused by themselves: the refusal of the first, as if it were that of the call. */
function withinOf(answer: WireAnswer, list: string | undefined): WireAnswer {
  const error = list === undefined || answer.status !== 200 ? undefined : at(answer.data, [list, 0, 'error']);
  if (error === undefined) return answer;
  const code = String(at(error, ['code']));
  return { ...answer, code, status: httpOf(code) };
}

function httpOf(code: string): number {
  const known = Object.values(errorTable).find((each) => each.code === code);
  return known?.http ?? 500;
}

async function tryRefused(group: readonly Trial[], tools: Tools): Promise<void> {
  const sendOne = (trial: Trial) => send(trial, tools.calls.get(trial.procedure)?.[trial.variant], tools);
  for (const made of await inParallel(group, sendOne)) judge(made, tools);
  const changed = await tools.tables.changed();
  if (changed.length === 0) return;
  // Once more, with a look after each, to say which of them it was.
  let isFound = false;
  for (const trial of group) {
    await sendOne(trial);
    const again = await tools.tables.changed();
    isFound ||= again.length > 0;
    for (const problem of strayOf(trial.procedure, false, again)) tools.run.problem(`${titleOf(trial)}: ${problem}`);
  }
  const [from, to] = [group.at(0), group.at(-1)].map((trial) => (trial === undefined ? '' : titleOf(trial)));
  if (!isFound) tools.run.problem(`a call from ${from} to ${to} changed ${changed.join(', ')}, once`);
}

/** Each gets goods of its own; making them changes tables, which is not what is looked at. */
async function tryTaken(group: readonly Trial[], tools: Tools): Promise<void> {
  const ready = await inParallel(group, async (trial) => ({
    trial,
    call: await sheetOf(trial.procedure)?.calls[trial.variant]?.(tools.fixtures),
  }));
  await tools.tables.changed();
  const made = await inParallel(ready, ({ trial, call }) => send(trial, call, tools));
  for (const each of made) judge(each, tools);
  await lookAt(made, tools);
}

/** What was refused is sent once more by itself: a look that it shares with what was taken would not tell that it wrote something. */
async function lookAt(made: readonly Made[], tools: Tools): Promise<void> {
  const changed = await tools.tables.changed();
  const refused = made.filter(({ answer }) => answer.status !== 200);
  const [first] = made;
  if (first === undefined) return;
  const title = `${first.trial.procedure}, ${made.length} calls from ${titleOf(first.trial)}`;
  for (const problem of strayOf(first.trial.procedure, refused.length < made.length, changed))
    tools.run.problem(`${title}: ${problem}`);
  if (refused.length === 0 || refused.length === made.length) return;
  for (const { trial, call, answer } of refused) {
    const again = await send(trial, call, tools);
    if (again.answer.code !== answer.code)
      tools.run.problem(`${titleOf(trial)}: answered ${again.answer.code} after ${answer.code}`);
  }
  for (const problem of strayOf(first.trial.procedure, false, await tools.tables.changed()))
    tools.run.problem(`${title}, those that were refused: ${problem}`);
}

async function inParallel<T, R>(list: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < list.length; from += AT_ONCE)
    results.push(...(await Promise.all(list.slice(from, from + AT_ONCE).map(work))));
  return results;
}

function titleOf({ procedure, field, input }: Trial): string {
  return `${procedure} ${field.path.join('.')} class ${input.class} ${input.what}`;
}
