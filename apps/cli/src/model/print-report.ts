/** The report of a model run as people read it. */
import type { ModelReport } from '@granary/testkit/model/run-model';

export function printReport(report: ModelReport): string {
  const names = Object.keys(report.tally.commands).toSorted();
  const rows = names.map((name) => {
    const { ok = 0, ...codes } = report.tally.commands[name] ?? {};
    const refusals = Object.entries(codes)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, times]) => `${code} ${times}`);
    return `${name.padEnd(26)}${String(ok).padStart(8)} ok  ${refusals.join('  ')}`;
  });
  const codes = Object.entries(report.tally.codes).map(([code, times]) => `${code} ${times}`);
  const lines = [
    ...rows,
    '',
    `codes: ${codes.join('  ')}`,
    `${report.calls} calls in ${report.runs} runs, seed ${report.seed}`,
  ];
  if (report.missing.length > 0) lines.push(`never met: ${report.missing.join('; ')}`);
  if (report.failure !== undefined) lines.push('', ...printFailure(report));
  return lines.join('\n');
}

function printFailure({ failure, seed }: ModelReport): string[] {
  if (failure === undefined) return [];
  return [
    'the engine and the oracle disagree:',
    failure.message,
    `after these calls:${failure.commands}`,
    `again: npm run -s model -- --seed ${seed} --path ${failure.path}${failure.replayPath === '' ? '' : ` --replay-path ${failure.replayPath}`}`,
  ];
}
