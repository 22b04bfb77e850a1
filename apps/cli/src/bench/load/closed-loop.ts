/** Callers that each wait for their answer before they ask again: what a pool of busy workers does to an engine. */
import { isGranaryError } from '@granary/client';
import { percentile } from '../../snapshot/load.ts';

/** One call; it throws when it was refused. */
export type CallOnce = () => Promise<unknown>;

export interface Loop {
  readonly callers: number;
  readonly ms: number;
  /** Ends it earlier. */
  readonly until?: AbortSignal;
}

export interface Measured {
  readonly calls: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Failed calls by code; they count as no call. */
  readonly failures: Readonly<Record<string, number>>;
}

/** Until the last answer: a call that was begun in time is waited for, and its time counts. */
export async function closedLoop(call: CallOnce, loop: Loop): Promise<Measured> {
  return measuredOf(await timesOf(call, loop));
}

export interface Times {
  /** Milliseconds of each call that succeeded. */
  readonly took: readonly number[];
  readonly failures: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export async function timesOf(call: CallOnce, { callers, ms, until }: Loop): Promise<Times> {
  const took: number[] = [];
  const failures: Record<string, number> = {};
  const startedAt = performance.now();
  const endsAt = startedAt + ms;
  const one = async () => {
    for (let from = performance.now(); from < endsAt && until?.aborted !== true; from = performance.now()) {
      try {
        await call();
        took.push(performance.now() - from);
      } catch (error) {
        const name = failureName(error);
        failures[name] = (failures[name] ?? 0) + 1;
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, one));
  return { took, failures, seconds: (performance.now() - startedAt) / 1000 };
}

export function measuredOf({ took, failures, seconds }: Times): Measured {
  return {
    calls: took.length,
    perSecond: took.length / seconds,
    p50Ms: percentile(took, 0.5),
    p99Ms: percentile(took, 0.99),
    failures,
  };
}

export function failureName(error: unknown): string {
  if (isGranaryError(error)) return error.code;
  // The driver's code says enough, and without the row that it met.
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message.slice(0, 80) : String(error);
}

export const failed = ({ failures }: Pick<Measured, 'failures'>): number =>
  Object.values(failures).reduce((sum, count) => sum + count, 0);
