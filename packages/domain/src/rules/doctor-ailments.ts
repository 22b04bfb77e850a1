/** What each ailment means to an operator: how grave it is, what a repair does, why a person must decide, and what to type. */
import type { Ailment, Finding, Gravity } from '@granary/contracts/doctor';
import type { Sign } from '../ports/examination.ts';

export interface AilmentFacts {
  readonly gravity: Gravity;
  /** Null where a person must always decide. */
  readonly repair: string | null;
  /** Where a person must decide: why. */
  readonly why: string | null;
  readonly command: string;
}

const mended = (gravity: Gravity, repair: string, command = 'npm run -s doctor -- --repair'): AilmentFacts => ({
  gravity,
  repair,
  why: null,
  command,
});
const decided = (gravity: Gravity, why: string, command: string): AilmentFacts => ({
  gravity,
  repair: null,
  why,
  command,
});

const VERIFY = 'npm run -s verify';
const COMPARE = 'Only a backup, or whoever wrote past Granary, can tell which of the two rows is true.';

export const ailmentFacts: Readonly<Record<Ailment, AilmentFacts>> = {
  schema: decided(
    'danger',
    'Changing tables is the migrator’s, who must know what else runs on them.',
    'npm run -s migrate',
  ),
  server: decided('danger', 'Settings of the server are its administrator’s.', 'SHOW VARIABLES'),
  serverAdvice: decided('notice', 'What a power cut may cost is its owner’s to choose.', 'SHOW VARIABLES'),
  clock: decided('trouble', 'Clocks are set by the machines that have them.', 'timedatectl status'),
  migrationLock: decided(
    'notice',
    'A migration may be at work; ended in the middle, it goes on with the next run.',
    'SHOW PROCESSLIST',
  ),
  redis: decided(
    'notice',
    'Redis holds no truth; work goes on without it, with more waiting.',
    'redis-cli -u "$REDIS_URL" ping',
  ),
  keptAnswers: mended('trouble', 'Deletes the keys; the answers are read from the database again.'),
  counters: mended(
    'danger',
    'Computes the counters of the SKU again from its ledger, under its locks.',
    'npm run -s rebuild',
  ),
  missingLevels: mended(
    'danger',
    'Makes the level again from its ledger; thresholds are those of a new level.',
    'npm run -s rebuild',
  ),
  ledger: decided(
    'danger',
    'A ledger that was edited or cut proves nothing: counters computed from it would hide what is missing.',
    'docs/backup.md: compare the level with a backup',
  ),
  mergedBatches: decided('danger', COMPARE, VERIFY),
  holds: decided('danger', COMPARE, 'reservation.get, then reservation.release'),
  holdDeadlines: mended('trouble', 'Gives the lines the deadline of their reservation.'),
  locks: decided('danger', COMPARE, 'lock.get, then lock.release'),
  serials: decided('danger', 'Somebody must look which pieces lie there.', 'serial.history'),
  causes: decided('danger', COMPARE, VERIFY),
  keys: decided(
    'danger',
    'A unique key was dropped, or a document was touched: two effects may stand for one call.',
    VERIFY,
  ),
  bundles: decided('danger', 'Whether it is sold as one or lies on a shelf must be said.', 'bundle.get'),
  books: decided('danger', 'Costs are told by their own records; a closed period must not change.', VERIFY),
  overdueHolds: mended('trouble', 'Expires them, as the worker does every second.'),
  overdueLocks: mended('trouble', 'Ends them, as the worker does every second.'),
  expiredBatches: mended('trouble', 'Marks them expired, as the worker does every second.'),
  lostEvents: mended('danger', 'Puts the pointer into the outbox again; the event is told from the ledger.'),
  outbox: decided(
    'trouble',
    'A worker publishes events, and none has for a while.',
    'npm start, or start the worker; its log tells why it fails',
  ),
  deadLetters: decided(
    'trouble',
    'The receiver must be mended first, or they die again.',
    'webhook.get, then webhook.replay',
  ),
  stuckDeliveries: mended('trouble', 'Lets the first event that waits along the aggregate be tried.'),
  lateDeliveries: decided(
    'trouble',
    'A worker delivers events, and none has for a while.',
    'npm start, or start the worker; its log tells why it fails',
  ),
  jobs: mended('trouble', 'Ends a job whose worker died after it was told to stop.', 'system.cancelJob'),
  snapshots: mended('trouble', 'Starts the job that takes them; what was taken stays.'),
  imports: decided('trouble', 'Whether its rows are still wanted must be said.', 'import.run, or import.cancel'),
  transfers: decided('trouble', COMPARE, 'transfer.get'),
  secrets: mended('trouble', 'Seals them with the first key.'),
  oldKeys: mended('notice', 'Starts the job that takes them away.', 'system.prune'),
  orphanRows: decided('danger', COMPARE, VERIFY),
  strayRows: mended('notice', 'Deletes the rows: they are of something that is gone, and tell nothing by themselves.'),
};

/** As it is told. */
export function findingOf({ ailment, where, detail, cure, why }: Sign, state: Finding['state']): Finding {
  const facts = ailmentFacts[ailment];
  const isMendable = cure !== undefined;
  return {
    ...{ ailment, gravity: facts.gravity, where, detail, command: facts.command, state },
    repair: isMendable ? facts.repair : null,
    why: isMendable ? null : (why ?? facts.why ?? 'It is not known how to put this right.'),
  };
}

/** Whether nothing is left to be done but what is only worth knowing. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ state, gravity }) => state === 'repaired' || gravity === 'notice');
}

export function signKey({ ailment, where }: Pick<Sign, 'ailment' | 'where'>): string {
  return `${ailment}\0${where}`;
}
