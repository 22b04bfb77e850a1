/** What an alert measures: a few forms, each as an expression for Prometheus and as a calculation over two readings. */
import type { InstrumentName } from './instruments.ts';

/** Label by label, the values that count, parted by |. */
export type Selection = Readonly<Record<string, string>>;

export type Measure =
  | { readonly kind: 'gauge'; readonly of: InstrumentName; readonly labels?: Selection; readonly fold: 'max' | 'sum' }
  | { readonly kind: 'rate'; readonly of: InstrumentName; readonly labels?: Selection }
  | { readonly kind: 'quantile'; readonly quantile: number; readonly of: InstrumentName }
  /** How long ago the moment was that a gauge tells, in seconds since 1970. */
  | { readonly kind: 'age'; readonly of: InstrumentName };

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Readings {
  readonly before: readonly Sample[];
  readonly after: readonly Sample[];
  /** Between the two. */
  readonly seconds: number;
  /** When the second was taken, in seconds since 1970. */
  readonly at: number;
}

export function expressionOf(measure: Measure): string {
  switch (measure.kind) {
    case 'gauge':
      return `${measure.fold}(${selected(measure.of, measure.labels)})`;
    case 'rate':
      return `sum(rate(${selected(measure.of, measure.labels)}[5m]))`;
    case 'quantile':
      return `histogram_quantile(${measure.quantile}, sum(rate(${measure.of}_bucket[5m])) by (le))`;
    case 'age':
      return `time() - max(${measure.of})`;
  }
}

export function valueOf(measure: Measure, { before, after, seconds, at }: Readings): number {
  switch (measure.kind) {
    case 'gauge': {
      const values = matching(after, measure.of, measure.labels).map(({ value }) => value);
      return measure.fold === 'max' ? Math.max(...values) : total(values);
    }
    case 'rate': {
      const sum = (samples: readonly Sample[]) =>
        total(matching(samples, measure.of, measure.labels).map(({ value }) => value));
      return (sum(after) - sum(before)) / seconds;
    }
    case 'quantile':
      return quantileOf(measure, before, after);
    case 'age':
      return at - Math.max(...matching(after, measure.of).map(({ value }) => value));
  }
}

/** As histogram_quantile does it: within the bucket that holds the rank, as if its values lay evenly. */
function quantileOf(
  { quantile, of }: { quantile: number; of: string },
  before: readonly Sample[],
  after: readonly Sample[],
) {
  const bounds = new Map<number, number>();
  for (const [samples, sign] of [
    [after, 1],
    [before, -1],
  ] as const)
    for (const { labels, value } of matching(samples, `${of}_bucket`)) {
      const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
      bounds.set(bound, (bounds.get(bound) ?? 0) + sign * value);
    }
  const buckets = [...bounds].toSorted(([a], [b]) => a - b);
  const rank = quantile * (buckets.at(-1)?.[1] ?? 0);
  const at = buckets.findIndex(([, count]) => count >= rank);
  const [upper = Number.NaN, count = 0] = buckets[at] ?? [];
  const [lower = 0, below = 0] = buckets[at - 1] ?? [];
  if (upper === Infinity) return lower;
  return lower + ((upper - lower) * (rank - below)) / (count - below);
}

function matching(samples: readonly Sample[], name: string, labels: Selection = {}): readonly Sample[] {
  const wanted = Object.entries(labels).map(([label, values]) => [label, values.split('|')] as const);
  return samples.filter(
    (sample) => sample.name === name && wanted.every(([label, values]) => values.includes(sample.labels[label] ?? '')),
  );
}

function selected(name: string, labels: Selection = {}): string {
  const all = Object.entries(labels).map(
    ([label, values]) => `${label}${values.includes('|') ? '=~' : '='}"${values}"`,
  );
  return all.length === 0 ? name : `${name}{${all.join(',')}}`;
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
