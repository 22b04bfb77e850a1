/** The instruments of one process, typed by their names. Counting costs a map look-up; nothing is computed until somebody asks. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type Instrument, type InstrumentName, instruments } from './instruments.ts';

/** In seconds: the finest is a read from memory, the coarsest is past every deadline. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export type Labels = Readonly<Record<string, string>>;

export interface MetricsRegistry {
  add(name: InstrumentName, labels?: Labels, by?: number): void;
  set(name: InstrumentName, value: number, labels?: Labels): void;
  /** Of a counter that something else keeps: the total since it began. */
  total(name: InstrumentName, total: number, labels?: Labels): void;
  observe(name: InstrumentName, seconds: number, labels?: Labels): void;
  /** Called before each answer, for what is only looked at when somebody asks. */
  beforeText(look: () => void): void;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
  readonly registry: Registry;
}

export function createMetricsRegistry(): MetricsRegistry {
  const registry = new Registry();
  const made = new Map<string, Counter | Gauge | Histogram>();
  for (const [name, instrument] of Object.entries<Instrument>(instruments))
    made.set(name, make(name, instrument, registry));
  const looks: (() => void)[] = [];

  const counter = (name: InstrumentName) => known(made.get(name), Counter, name);
  return {
    registry,
    contentType: registry.contentType,
    add: (name, labels = {}, by = 1) => counter(name).inc(labels, by),
    set: (name, value, labels = {}) => known(made.get(name), Gauge, name).set(labels, value),
    total: (name, total, labels = {}) => {
      counter(name).remove(labels);
      counter(name).inc(labels, total);
    },
    observe: (name, seconds, labels = {}) => known(made.get(name), Histogram, name).observe(labels, seconds),
    beforeText: (look) => void looks.push(look),
    text: async () => {
      for (const look of looks) look();
      return await registry.metrics();
    },
  };
}

function make(name: string, instrument: Instrument, registry: Registry): Counter | Gauge | Histogram {
  const options = { name, help: instrument.help, labelNames: [...(instrument.labels ?? [])], registers: [registry] };
  switch (instrument.kind) {
    case 'counter':
      return new Counter(options);
    case 'gauge':
      return new Gauge(options);
    case 'histogram':
      return new Histogram({ ...options, buckets: BUCKETS });
  }
}

function known<T>(made: unknown, kind: abstract new (...parts: never[]) => T, name: string): T {
  if (made instanceof kind) return made;
  throw new Error(`${name} is no ${kind.name.toLowerCase()}`);
}
