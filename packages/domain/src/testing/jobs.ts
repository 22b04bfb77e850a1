/** Workers by hand: rounds of a holder, until a job has ended or as often as told. */
import type { Job } from '@granary/contracts/job';
import type { Domain } from '../domain.ts';
import { inbound, receipt } from './inputs.ts';
import type { TestDomain } from './test-domain.ts';

export interface TestWorker {
  /** One round; how many chunks it did. */
  round(): Promise<number>;
  /** Rounds until the job has ended. */
  finish(id: string): Promise<Job>;
}

export function createTestWorker(domain: Domain, holder: string, leaseMs = 60_000): TestWorker {
  const round = async () => (await domain.jobRunner.runOnce({ holder, leaseMs })).chunks;
  return {
    round,
    finish: async (id) => {
      for (let rounds = 0; rounds < 1000; rounds += 1) {
        const job = await domain.jobs.get({ id });
        if (job.endedAt !== null) return job;
        // Another worker may hold the job for a moment: spinning would use the rounds up.
        if ((await round()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`job ${id} does not come to an end`);
    },
  };
}

/** More SKUs than three chunks have, `J000` and so on, a unit of each. */
export async function manySkus(at: TestDomain, count = 160): Promise<void> {
  const skuIds = Array.from({ length: count }, (_, each) => `J${String(each).padStart(3, '0')}`);
  const lines = skuIds.map((skuId) => receipt(skuId, 1));
  await at.domain.inbound.purchase(inbound('JOBS', lines), at.call);
}
