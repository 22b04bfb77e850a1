/** Workers by hand: rounds of a holder, until a job has ended or as often as told. */
import type { Job } from '@granary/contracts/job';
import type { Domain } from '../domain.ts';
import { inbound, receipt } from './inputs.ts';
import type { TestDomain } from './test-domain.ts';

/** Longer than any job of a test takes on a machine that is busy. */
const PATIENCE_MS = 60_000;

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
      const deadline = performance.now() + PATIENCE_MS;
      for (const rounds: number[] = []; ;) {
        const job = await domain.jobs.get({ id });
        if (job.endedAt !== null) return job;
        if (performance.now() > deadline)
          throw new Error(`job does not come to an end: ${JSON.stringify({ ...job, rounds: rounds.slice(-50) })}`);
        const chunks = await round();
        rounds.push(chunks);
        // Another worker holds the job for a moment.
        if (chunks === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

/** More SKUs than three chunks have, `J000` and so on, a unit of each. */
export async function manySkus(at: TestDomain, count = 160): Promise<void> {
  const skuIds = Array.from({ length: count }, (_, each) => `J${String(each).padStart(3, '0')}`);
  const lines = skuIds.map((skuId) => receipt(skuId, 1));
  await at.domain.inbound.purchase(inbound('JOBS', lines), at.call);
}
