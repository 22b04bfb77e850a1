/** Snapshots by hand: made, taken by a worker of the test, read whole. */
import type { Snapshot, SnapshotCreateInput, SnapshotRow } from '@granary/contracts/snapshot';
import { createTestWorker } from './jobs.ts';
import type { TestDomain } from './test-domain.ts';

/** The job that is queued or runs, until it has ended. */
export async function runSnapshotJob(at: TestDomain, holder = 'snapshots') {
  const [job] = (await at.domain.jobs.list({ kind: 'snapshot', limit: 1 })).items;
  return await createTestWorker(at.domain, holder).finish(job?.id ?? '');
}

export async function takeSnapshot(at: TestDomain, input: SnapshotCreateInput = {}): Promise<Snapshot> {
  const { id } = await at.domain.snapshots.create(input, at.call);
  await runSnapshotJob(at);
  return await at.domain.snapshots.get({ snapshotId: id });
}

export async function snapshotRowsOf(at: TestDomain, snapshotId: string, limit = 500): Promise<readonly SnapshotRow[]> {
  const rows: SnapshotRow[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await at.domain.snapshots.rows({ snapshotId, limit, cursor });
    rows.push(...page.items);
    if (page.nextCursor === null) return rows;
    cursor = page.nextCursor;
  }
}
