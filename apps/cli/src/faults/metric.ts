/** What an engine in this process counts of itself, as its metrics tell it. */
import type { Granary } from '@granary/platform/granary';

/** The sum of all lines of a metric, or of those with a label, such as `cause="deadlock"`. */
export async function metricOf({ metrics }: Granary, name: string, label = ''): Promise<number> {
  const lines = (await metrics.text())
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
