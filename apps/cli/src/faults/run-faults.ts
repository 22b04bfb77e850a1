/** Runs faults one after the other, on one testbed as long as it stays sound, and tells of each what happened and what held. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BedFault, Fault, Happening } from './fault.ts';
import { unsound } from './soundness.ts';
import { openTestbed, type Testbed } from './testbed.ts';

export interface Ran {
  readonly id: string;
  readonly title: string;
  /** How often the fault struck. */
  readonly happened: number;
  readonly ok: boolean;
  readonly ms: number;
  readonly problems: readonly string[];
  readonly figures: Readonly<Record<string, number | string>>;
}

export interface NotRun {
  readonly id: string;
  readonly title: string;
  /** The tool that is not here, or why there is nothing to make. */
  readonly lacks: string;
}

export interface FaultsResult {
  readonly ran: readonly Ran[];
  readonly notRun: readonly NotRun[];
}

export interface FaultsOptions {
  readonly faults: readonly Fault[];
  readonly signal: AbortSignal;
  readonly onRan: (ran: Ran) => void;
  readonly onStart?: (fault: Fault, done: number) => void;
}

const LIMIT_MS = 60_000;
/** What comes after a fault, to recover and to look. */
const SOUND_MS = 60_000;

export async function runFaults({ faults, signal, onRan, onStart }: FaultsOptions): Promise<FaultsResult> {
  const beds = keptBed(signal);
  const ran: Ran[] = [];
  const notRun: NotRun[] = [];
  try {
    for (const fault of faults) {
      signal.throwIfAborted();
      const lacks = await fault.lacks?.(await beds.get());
      if (lacks !== undefined) {
        notRun.push({ id: fault.id, title: fault.title, lacks });
        continue;
      }
      onStart?.(fault, ran.length);
      const result = await runOne(fault, beds, signal);
      ran.push(result);
      onRan(result);
    }
    return { ran, notRun };
  } finally {
    await beds.drop();
  }
}

interface Beds {
  get(): Promise<Testbed>;
  /** What a fault has spoilt no other one shall meet. */
  drop(): Promise<void>;
}

function keptBed(signal: AbortSignal): Beds {
  let bed: Promise<Testbed> | undefined;
  return {
    get: () => (bed ??= openTestbed(signal)),
    async drop() {
      const old = await bed?.catch(() => undefined);
      bed = undefined;
      await old?.close().catch(() => undefined);
    },
  };
}

async function runOne(fault: Fault, beds: Beds, signal: AbortSignal): Promise<Ran> {
  const bed = fault.on === 'testbed' ? await beds.get() : undefined;
  const startedAt = performance.now();
  const work = fault.on === 'own' ? fault.run(signal) : runOnBed(fault, bed as Testbed);
  const happening = await within(work, fault.limitMs ?? LIMIT_MS).catch((error: unknown): Happening => ({
    happened: 0,
    problems: [told(error)],
  }));
  const { happened, figures = {} } = happening;
  const problems = [...happening.problems, ...(happened > 0 ? [] : ['it did not happen'])];
  const ok = problems.length === 0;
  if (!ok && bed !== undefined) await beds.drop();
  const ms = Math.round(performance.now() - startedAt);
  return { id: fault.id, title: fault.title, happened, ok, ms, problems, figures };
}

async function runOnBed(fault: BedFault, bed: Testbed): Promise<Happening> {
  const happening = await fault.run(bed);
  return { ...happening, problems: [...happening.problems, ...(await unsound(bed, happening.told))] };
}

async function within(work: Promise<Happening>, limitMs: number): Promise<Happening> {
  const ending = new AbortController();
  const late = sleep(limitMs + SOUND_MS, undefined, { signal: ending.signal }).then(() => {
    throw new Error(`not over within ${(limitMs + SOUND_MS) / 1000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    ending.abort();
    late.catch(() => undefined);
  }
}

function told(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
