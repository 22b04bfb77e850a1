/** What the stock engine is told of the configuration. */
import type { DomainConfig } from '@granary/domain/config';
import type { Config } from './env.ts';

/** The settings that the engine knows, out of all that a process knows. */
export function domainConfig(config: Config): DomainConfig {
  const {
    defaultStrategy,
    reservationTtlSeconds,
    reservationMaxTtlSeconds,
    holdMaxPerBusiness,
    holdMaxSharePercent,
    holdMaxPerToken,
    businessLockTtlSeconds,
    autoCreateSku,
    allowNegative,
    timezone,
    alertLowThreshold,
    alertHighThreshold,
    alertExpiryDays,
    alertConfirmedHours,
    alertTimeoutPercent,
    snapshotDaily,
    snapshotRetentionDays,
    requestDeadlineMs,
    combineShards,
    combineQueue,
    sensitiveAttributes,
    auditRetentionDays,
    idempotencyDays,
    checkpointMinutes,
  } = config;
  return {
    defaultStrategy,
    reservationTtlSeconds,
    reservationMaxTtlSeconds,
    holdMaxPerBusiness,
    holdMaxSharePercent,
    holdMaxPerToken,
    lockTtlSeconds: businessLockTtlSeconds,
    autoCreateSku,
    allowNegative,
    timezone,
    alertLowThreshold,
    alertHighThreshold,
    alertExpiryDays,
    alertConfirmedHours,
    alertTimeoutPercent,
    snapshotDaily,
    snapshotRetentionDays,
    requestDeadlineMs,
    combineShards,
    combineQueue,
    sensitiveAttributes,
    auditRetentionDays,
    idempotencyDays,
    checkpointMinutes,
  };
}
