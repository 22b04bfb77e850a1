/** A client whose calls are timed by what they ask for, whatever the caller does with it. */
import type { GranaryClient } from '@granary/client';
import { percentile } from '../../snapshot/load.ts';
import { rounded } from '../bench.ts';

export interface CallTimes {
  readonly client: GranaryClient;
  /** Of each procedure that was called. */
  told(seconds: number): Readonly<Record<string, object>>;
}

export function timedClient(client: GranaryClient): CallTimes {
  const took = new Map<string, number[]>();
  const note = (procedure: string, ms: number) => {
    const times = took.get(procedure);
    if (times === undefined) took.set(procedure, [ms]);
    else times.push(ms);
  };
  return {
    // The same client with a look at each call: what it has, the wrapped one has.
    client: wrapped(client, '', note) as GranaryClient,
    told: (seconds) =>
      Object.fromEntries(
        [...took].map(([procedure, times]) => [
          procedure,
          {
            ...{ calls: times.length, perSecond: rounded(times.length / seconds, 1) },
            ...{ p50Ms: rounded(percentile(times, 0.5)), p99Ms: rounded(percentile(times, 0.99)) },
          },
        ]),
      ),
  };
}

type Note = (procedure: string, ms: number) => void;

function wrapped(target: object, path: string, note: Note): object {
  return new Proxy(target, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name);
      if (name === 'mutate' || name === 'query') return timed(of, { value, path, note });
      const deeper = (typeof value === 'object' && value !== null) || typeof value === 'function';
      return deeper ? wrapped(value, path === '' ? String(name) : `${path}.${String(name)}`, note) : value;
    },
  });
}

function timed(of: object, { value, path, note }: { value: unknown; path: string; note: Note }) {
  return async (...given: unknown[]): Promise<unknown> => {
    if (typeof value !== 'function') throw new Error(`${path} cannot be called`);
    const startedAt = performance.now();
    try {
      return await Reflect.apply(value, of, given);
    } finally {
      note(path, performance.now() - startedAt);
    }
  };
}
