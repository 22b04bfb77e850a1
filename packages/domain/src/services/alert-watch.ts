/** Alerts by events: the levels that they name, movements beyond the usual, and what a verification found. */
import type { StockEvent } from '@granary/contracts/event';
import { verifyReport } from '@granary/contracts/system';
import type { Call } from '../call.ts';
import { readStandingOf, readStandingSubjects, readUsual } from '../persistence/alert-store.ts';
import { findJob } from '../persistence/job-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { abnormalCauses, type Cause, inconsistencyCauses, type Moved } from '../rules/alert-cause.ts';
import { toJob } from '../rules/job-answer.ts';
import { movedLevels, type MovedLevel } from '../rules/moved-level.ts';
import { type ScanRound, scanOnce } from './alert-scan.ts';
import { BY_STOCK, type Seen, seenLevels, settle } from './alert-settling.ts';
import type { Engine } from './execution.ts';

export function createAlertWatch(engine: Engine) {
  return {
    /** After events: the levels that they name, as they are by now. May be told of the same event again. */
    follow: (events: readonly StockEvent[], call: Call) => follow(engine, events, call),
    /** A part of the look at everything, for what time alone changes and for what was missed. */
    scanOnce: (round: ScanRound, call: Call) => scanOnce(engine, round, call),
  };
}

async function follow(engine: Engine, events: readonly StockEvent[], call: Call): Promise<void> {
  const moved = movedLevels(events);
  if (moved.length > 0) {
    const look = (tx: Tx) => seenLevels(tx, engine, { pairs: moved, kinds: BY_STOCK });
    await settle(engine, { look, pairs: moved, call });
  }
  await abnormal(engine, moved, call);
  for (const event of events) {
    const isVerified = event.type === 'stock.job.ended' && said(event.after, 'kind') === 'verify';
    if (isVerified && said(event.after, 'state') === 'done') await inconsistent(engine, event.aggregate.id, call);
  }
}

function said(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Raised only: that it happened does not go away, so a person resolves it. */
async function abnormal(engine: Engine, moved: readonly MovedLevel[], call: Call): Promise<void> {
  const largest = moved.flatMap(({ skuId, locationId, largest }) =>
    largest.map((movement) => ({ skuId, locationId, ...movement })),
  );
  if (largest.length === 0) return;
  const causes = await engine.units.read(async (tx) => {
    const found: Cause[] = [];
    for (const movement of largest) {
      const known: Moved = { ...movement, usual: await readUsual(tx, movement) };
      found.push(...abnormalCauses(known));
    }
    return found;
  });
  if (causes.length === 0) return;
  const subjects = causes.map(({ subject }) => subject);
  const look = async (tx: Tx) => ({ causes, standing: await readStandingSubjects(tx, 'abnormalMovement', subjects) });
  await settle(engine, { look, call });
}

/** What a verification found stands, and what it no longer finds is resolved. */
async function inconsistent(engine: Engine, jobId: string, call: Call): Promise<void> {
  const look = async (tx: Tx): Promise<Seen> => {
    const standing = await readStandingOf(tx, 'inconsistency');
    const job = await findJob(tx, jobId);
    const report = verifyReport.safeParse(job === undefined ? undefined : toJob(job).report).data;
    // A job that is gone tells nothing: what stands is left.
    if (report === undefined) return { standing: [], causes: [] };
    return { standing, causes: report.violations.flatMap(inconsistencyCauses) };
  };
  await settle(engine, { look, call });
}
