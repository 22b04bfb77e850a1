/** Makes the calls and looks at the tables: after each call that may change something, and once after several that may not. */
import { baseCalls } from './base-calls.ts';
import type { BaseInputs } from './base-inputs.ts';
import { mayChange, problemsOf } from './effect.ts';
import { roleOf } from './field-role.ts';
import type { Fixtures } from './fixtures.ts';
import type { Overflow } from './overflow.ts';
import type { TableChecksums } from './table-checksums.ts';
import { aimAt, type Trial } from './trial.ts';
import { bodyWith, leaksOf, type Send } from './wire.ts';
import { strayOf } from './writes.ts';

export interface Tools {
  readonly send: Send;
  readonly fixtures: Fixtures;
  readonly run: Counting;
  readonly tables: TableChecksums;
  readonly bases: ReadonlyMap<string, BaseInputs>;
}

interface Counting {
  problem(text: string): void;
  count(facts: { procedure: string; class: number; status: number; ms: number }): void;
}

/** First what may change nothing, then what only looks for rows: once a value is kept by one call, another one finds it. */
export function inOrder(trials: readonly Trial[]): Trial[] {
  const keeps = (trial: Trial): boolean =>
    ['stored', 'key'].includes(roleOf(trial.procedure, trial.field)) || trial.field.kind === 'text';
  const rankOf = (trial: Trial): number => Number(mayChange(trial)) + Number(keeps(trial) && mayChange(trial));
  return trials.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** Few enough that whoever changed something is found soon. */
const TOGETHER = 40;

/** Looking at every table costs more than a refusal, so calls that may not change anything share a look. */
export function groupsOf(trials: readonly Trial[]): Trial[][] {
  const groups: Trial[][] = [];
  for (const trial of trials) {
    const last = groups.at(-1);
    const [before] = last ?? [];
    const joins = before !== undefined && !mayChange(before) && !mayChange(trial);
    if (last !== undefined && joins && last.length < TOGETHER) last.push(trial);
    else groups.push([trial]);
  }
  return groups;
}

export async function tryGroup(group: readonly Trial[], tools: Tools): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  if (mayChange(first)) {
    await tryOne(first, tools);
    return;
  }
  for (const trial of group) await tryOne(trial, tools);
  const changed = await tools.tables.changed();
  if (changed.length === 0) return;
  // Once more, with a look after each, to say which of them it was.
  let isFound = false;
  for (const trial of group) {
    const { answer } = await callOf(trial, tools, tools.bases.get(trial.procedure));
    const stray = strayOf(trial.procedure, { answer, changed: await tools.tables.changed() });
    isFound ||= stray.length > 0;
    for (const problem of stray) tools.run.problem(`${titleOf(trial)}: ${problem}`);
  }
  const last = titleOf(group.at(-1) ?? first);
  if (!isFound) tools.run.problem(`a call from ${titleOf(first)} to ${last} changed ${changed.join(', ')}, once`);
}

/** The tables are looked at where something may change; whoever calls for several that may not looks afterwards. */
async function tryOne(planned: Trial, tools: Tools): Promise<void> {
  const { procedure } = planned;
  const { fixtures, run, tables, bases } = tools;
  // A call that may succeed gets goods of its own; making them changes tables, which is not what is looked at.
  const fresh = mayChange(planned) ? await baseCalls[procedure]?.(fixtures) : undefined;
  if (fresh !== undefined) await tables.changed();
  const { trial, answer } = await callOf(planned, tools, fresh ?? bases.get(procedure));
  const changed = mayChange(planned) ? await tables.changed() : [];
  run.count({ procedure, class: trial.input.class, status: answer.status, ms: answer.ms });
  for (const problem of problemsOf(trial, { answer, changed })) run.problem(`${titleOf(trial)}: ${problem}`);
}

async function callOf(planned: Trial, { send }: Tools, bases: BaseInputs | undefined) {
  const base = bases?.[planned.variant];
  const trial = aimAt(planned, base);
  return { trial, answer: await send(planned.procedure, bodyWith(base, planned.field.path, trial.input.raw)) };
}

function titleOf({ procedure, field, input }: Trial): string {
  return `${procedure} ${field.path.join('.')} class ${input.class} ${input.what}`;
}

export async function trySum(
  sum: Overflow,
  { send, run, tables }: Pick<Tools, 'send' | 'run' | 'tables'>,
): Promise<void> {
  const answer = await send(sum.procedure, JSON.stringify(sum.input));
  const changed = await tables.changed();
  run.count({ procedure: sum.procedure, class: sum.class, status: answer.status, ms: answer.ms });
  const where = `${sum.procedure} class ${sum.class}`;
  if (!sum.codes.includes(answer.code))
    run.problem(`${where}: answered ${answer.status} ${answer.code}, expected ${sum.codes.join(' or ')}`);
  if (changed.length > 0) run.problem(`${where}: changed ${changed.join(', ')}`);
  for (const leak of leaksOf(answer, '')) run.problem(`${where}: ${leak}`);
}
