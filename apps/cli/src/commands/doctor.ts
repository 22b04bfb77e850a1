/** `doctor`: one look at everything that can be wrong, in the database and around it, and the repair of what needs no person. */
import { type Ailment, ailments, type DoctorReport, type Finding } from '@granary/contracts/doctor';
import { findingOf } from '@granary/domain/rules/doctor-ailments';
import { DatabaseUnusableError } from '@granary/platform/database';
import { SchemaNotCurrentError } from '@granary/platform/granary';
import { defineCommand, UsageError } from '../command.ts';
import { withEngineInUse } from '../fleet/engine-in-use.ts';
import { grouped, table } from '../table.ts';

const SHOWN = 50;

export const command = defineCommand({
  name: 'doctor',
  summary:
    'Finds what is wrong with the database in use and around it, says what to type, and mends what needs no person',
  options: {
    repair: { type: 'boolean', description: 'Put right what can be put right without a person' },
    only: {
      type: 'string',
      placeholder: 'NAMES',
      description: `Look for these alone, with commas between: ${ailments.join(', ')}`,
    },
  },
  run: async ({ values, progress, signal }) => {
    const only = ailmentsIn(values.only);
    const bar = progress('looking');
    const onProgress = (at: { done: number; total: number; looked: number }) =>
      bar.at(at.looked, `${at.done} of ${at.total} looks`);
    const visit = withEngineInUse(
      'doctor',
      ({ domain }) => domain.doctor({ repair: values.repair, only, signal, onProgress }),
      { seesRedis: true },
    );
    const report = await visit.catch(unusable);
    bar.end();
    const { ok, looked, findings } = report;
    return { ok, figures: { looked, findings }, summary: summaryOf(report) };
  },
});

/** A database on which nothing starts is a finding as well, and the first one. */
function unusable(error: unknown): DoctorReport {
  const ailment =
    error instanceof SchemaNotCurrentError ? 'schema' : error instanceof DatabaseUnusableError ? 'server' : undefined;
  if (ailment === undefined) throw error;
  const detail = error instanceof Error ? error.message : String(error);
  return { ok: false, looked: 1, findings: [findingOf({ ailment, where: 'DATABASE_URL', detail }, 'found')] };
}

function ailmentsIn(text: string | undefined): readonly Ailment[] | undefined {
  if (text === undefined) return undefined;
  const named = text.split(',').map((each) => each.trim());
  const known = named.filter((each): each is Ailment => ailments.some((ailment) => ailment === each));
  const unknown = named.find((each) => !known.some((ailment) => ailment === each));
  if (unknown !== undefined) throw new UsageError(`--only knows no '${unknown}'; it knows ${ailments.join(', ')}`);
  return known;
}

export function summaryOf({ ok, looked, findings }: DoctorReport): string {
  const count = (state: Finding['state']) => findings.filter((each) => each.state === state).length;
  const told = `Looked at ${grouped(looked)} rows: ${grouped(findings.length)} findings, ${grouped(count('repaired'))} repaired, ${grouped(count('left'))} left.`;
  if (findings.length === 0) return `${told} Nothing is wrong.`;
  const head = ['gravity', 'ailment', 'where', 'state', 'what to type'];
  const rows = findings
    .slice(0, SHOWN)
    .map(({ gravity, ailment, where, state, command: type }) => [gravity, ailment, where, state, type]);
  const details = findings.slice(0, SHOWN).map(detailOf);
  const more =
    findings.length > SHOWN ? [`… and ${grouped(findings.length - SHOWN)} more (all of them with --json)`] : [];
  return [
    table([head, ...rows]),
    '',
    ...details,
    ...more,
    '',
    told,
    ...(ok ? [] : ['Something is left to be done.']),
  ].join('\n');
}

function detailOf({ ailment, where, detail, repair, why, state }: Finding): string {
  const then = state === 'repaired' ? 'repaired' : (repair ?? why ?? '');
  return `${ailment}  ${where}: ${detail}. ${then}`;
}
