/** Recosting as a worker does it: part by part, until nothing is left. */
import type { RecostStep } from '../services/recosting.ts';
import type { TestCost } from './test-cost.ts';

/** All that is left, by one worker; or so many parts of it. */
export async function recost(at: TestCost, most = Infinity): Promise<readonly RecostStep[]> {
  const next = at.cost.recosting();
  const steps: RecostStep[] = [];
  while (steps.length < most) {
    const step = await next(at.call);
    if (step === undefined) break;
    steps.push(step);
  }
  return steps;
}
