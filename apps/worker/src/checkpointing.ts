/** Seals commands and ledger every so often and copies what was sealed to the archive. A lease keeps it with one worker. */
import type { Domain } from '@granary/domain';
import type { Log } from '@granary/platform/log';

export interface CheckpointingOptions {
  readonly domain: Pick<Domain, 'checkpoints'>;
  readonly log: Log;
  /** Names this worker among others. */
  readonly holder: string;
  /** Between two checkpoints. */
  readonly everySeconds: number;
}

/** Between two looks for whether one is due. */
const LOOK_MS = 20_000;
/** Three looks: a worker that is alive keeps it. */
const LEASE_MS = 60_000;

/** Without a key that signs it does nothing. Each checkpoint is told in the log, which is one more place outside the database. */
export function createCheckpointing({ domain, log, holder, everySeconds }: CheckpointingOptions): {
  round: () => Promise<number>;
} {
  return {
    round: async () => {
      const made = await domain.checkpoints.sealDue({ holder, leaseMs: LEASE_MS, everySeconds });
      if (made !== null) log('info', 'a checkpoint was made', { ...made });
      await domain.checkpoints.archive();
      return made !== null && !made.isWhole ? 0 : Math.min(LOOK_MS, everySeconds * 1000);
    },
  };
}
