/** The report of a model run as people read it. */
import type { ModelFailure, ModelReport } from '@granary/testkit/model/run-model';

/** What was said beside the seed, and makes other calls where it is said otherwise. */
export interface ModelSettings {
  readonly deficits: boolean;
  readonly engine: string | undefined;
  readonly commands: number;
  readonly inspectEvery: number;
}

export function printReport(report: ModelReport, settings: ModelSettings): string {
  const names = Object.keys(report.tally.commands).toSorted();
  const rows = names.map((name) => {
    const { ok = 0, ...codes } = report.tally.commands[name] ?? {};
    const refusals = Object.entries(codes)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, times]) => `${code} ${times}`);
    return `${name.padEnd(26)}${String(ok).padStart(8)} ok  ${refusals.join('  ')}`;
  });
  const codes = Object.entries(report.tally.codes).map(([code, times]) => `${code} ${times}`);
  const situations = Object.entries(report.tally.situations).map(
    ([situation, times]) => `${situation.padEnd(66)}${String(times).padStart(8)}`,
  );
  const lines = [
    ...rows,
    '',
    ...situations,
    '',
    `codes: ${codes.join('  ')}`,
    `${report.calls} calls in ${report.runs} runs, seed ${report.seed}`,
  ];
  if (report.missing.length > 0) lines.push(`not met by chance: ${report.missing.join('; ')}`);
  if (report.failure !== undefined) lines.push('', ...printFailure(report, settings));
  return lines.join('\n');
}

function printFailure({ failure, seed }: ModelReport, settings: ModelSettings): string[] {
  if (failure === undefined) return [];
  return [
    'the engine and the oracle disagree:',
    failure.message,
    `after these calls:${failure.commands}`,
    `again: ${againWith({ ...failure, seed, ...settings })}`,
  ];
}

type Again = Pick<ModelReport, 'seed'> & Pick<ModelFailure, 'path' | 'replayPath'> & ModelSettings;

function againWith({ seed, path, replayPath, deficits, engine, commands, inspectEvery }: Again): string {
  return [
    `npm run -s model -- --seed ${seed}`,
    ...(deficits ? ['--deficits'] : []),
    ...(engine === undefined ? [] : [`--engine ${engine}`]),
    `--commands ${commands} --inspect-every ${inspectEvery}`,
    `--path ${path}`,
    ...(replayPath === '' ? [] : [`--replay-path ${replayPath}`]),
  ].join(' ');
}
