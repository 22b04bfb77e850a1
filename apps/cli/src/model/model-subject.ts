/** The engine as the model test drives it: on a real database, with a clock that can be moved forward. */
import { fromMicros, toMicros, type Instant } from '@granary/contracts/instant';
import { createDomain } from '@granary/domain';
import { grantEverybody } from '@granary/domain/ports/lock-manager';
import { createIds } from '@granary/platform/ids';
import { silentLog } from '@granary/platform/log';
import { modelSettings } from '@granary/testkit/model/state';
import type { OpenSubject, Subject } from '@granary/testkit/model/subject';
import type { EmptyDatabase } from './empty-database.ts';

/** Long enough for a slow machine; the model looks for wrong answers, not for slow ones. */
const DEADLINE_MS = 60_000;

/** Of what the model does not play: no alerts, nothing taken or forgotten by the day. */
const idle = {
  auditRetentionDays: 0,
  idempotencyDays: 7,
  sensitiveAttributes: [],
  checkpointMinutes: 60,
  alertExpiryDays: 30,
  alertConfirmedHours: 72,
  alertTimeoutPercent: 50,
  snapshotDaily: false,
  snapshotRetentionDays: 0,
  combineShards: 1,
  combineQueue: 1000,
} as const;

/** Where they differ from the model's own, the engine breaks a rule. */
export type HoldCaps = Record<'holdMaxPerBusiness' | 'holdMaxSharePercent' | 'holdMaxPerToken', number>;

/** Opens a subject with an empty world for each run. */
export function subjectsOn(
  database: EmptyDatabase,
  { allowNegative, caps = {} }: { allowNegative: boolean; caps?: Partial<HoldCaps> },
): OpenSubject {
  return async (): Promise<Subject> => {
    await database.empty();
    let offsetSeconds = 0;
    const shifted = (instant: Instant) => fromMicros(toMicros(instant) + BigInt(offsetSeconds) * 1_000_000n);
    const domain = createDomain({
      dataSource: database.dataSource,
      config: { ...modelSettings, ...idle, ...caps, requestDeadlineMs: DEADLINE_MS, allowNegative },
      ports: {
        locks: grantEverybody,
        ids: createIds(),
        clock: shifted,
        onHandHandlers: [],
        strategies: [],
        log: silentLog,
      },
    });
    return {
      domain,
      now: () => shifted(fromMicros(BigInt(Date.now()) * 1000n)),
      advanceClock(seconds) {
        offsetSeconds += seconds;
      },
      verify: () => domain.verify({}),
      allowNegative,
    };
  };
}
