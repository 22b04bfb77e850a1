/** Processes that load one database at the same time, each with callers of its own. */
import { startChild } from '../load/child.ts';
import { type Loop, type Measured, measuredOf, type Times } from '../load/closed-loop.ts';
import type { ArmName } from '../load/arms.ts';
import type { LoadOrder } from './load-process.ts';

export interface Together extends Measured {
  /** The calls of the process that got fewest, over those of the one that got most. */
  readonly fairness: number;
}

export interface Crew {
  load(arm: ArmName, loop: Loop): Promise<Together>;
  stop(): Promise<void>;
}

export async function startCrew(size: number, opening: Extract<LoadOrder, { kind: 'open' }>): Promise<Crew> {
  const children = Array.from({ length: size }, () => startChild('processes/load-process'));
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop()));
  };
  try {
    await Promise.all(children.map((child) => child.ask(opening)));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    stop,
    async load(arm, loop) {
      const order: LoadOrder = { kind: 'load', arm, loop };
      return together(await Promise.all(children.map((child) => child.ask<Times>(order))));
    },
  };
}

function together(each: readonly Times[]): Together {
  const failures: Record<string, number> = {};
  for (const times of each)
    for (const [name, count] of Object.entries(times.failures)) failures[name] = (failures[name] ?? 0) + count;
  const counts = each.map(({ took }) => took.length);
  return {
    ...measuredOf({
      took: each.flatMap(({ took }) => took),
      failures,
      seconds: Math.max(...each.map(({ seconds }) => seconds)),
    }),
    fairness: Math.min(...counts) / Math.max(...counts),
  };
}
