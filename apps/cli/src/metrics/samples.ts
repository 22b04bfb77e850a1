/** Reads the text format of Prometheus, for tests and harnesses that look at /metrics as Prometheus does. */

import type { Sample } from '@granary/platform/metrics/measure';

export type { Sample };

const LINE = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/i;
const LABEL = /([a-z_]+)="((?:[^"\\]|\\.)*)"/gi;

export async function scrape(port: number): Promise<readonly Sample[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  return samplesOf(await answer.text());
}

export function samplesOf(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name === undefined) return [];
    return [
      {
        name,
        value: Number(value),
        labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, key, text = '']) => [key, text])),
      },
    ];
  });
}

/** The sum of what has this name and these labels; 0 where nothing has. */
export function sumOf(samples: readonly Sample[], name: string, labels: Sample['labels'] = {}): number {
  return samples
    .filter((sample) => sample.name === name && Object.entries(labels).every(([key, is]) => sample.labels[key] === is))
    .reduce((sum, { value }) => sum + value, 0);
}
