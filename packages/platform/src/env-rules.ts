/** What several variables say together; messages and docs/configuration.md are made from these rules as well. */
import type { EnvValues, VariableName } from './env-schema.ts';

export interface EnvRule {
  readonly names: readonly VariableName[];
  readonly broken: (values: EnvValues) => boolean;
  readonly text: string;
}

/** What one variable alone cannot say. A rule is looked at only when the variables it names are good by themselves. */
export const envRules: readonly EnvRule[] = [
  {
    names: ['DATABASE_URL'],
    broken: (values) => values.DATABASE_URL === undefined,
    text: 'DATABASE_URL is not set; expected mysql://user:password@host:port/database. Fix: set it, for example mysql://granary:secret@127.0.0.1:3306/granary, or use `npm start`, which brings up a private server',
  },
  {
    names: ['REDIS_URL', 'STOCK_LOCK'],
    broken: (values) => values.REDIS_URL === undefined && values.STOCK_LOCK !== 'none',
    text: 'REDIS_URL is not set while STOCK_LOCK wants locks; expected redis://host:port. Fix: set it, for example redis://127.0.0.1:6379, or set STOCK_LOCK=none',
  },
  {
    names: ['HOST', 'GRANARY_ACCESS', 'GRANARY_TRUSTED_NETWORK'],
    broken: (values) =>
      !isLoopback(values.HOST) && values.GRANARY_ACCESS === 'local' && !values.GRANARY_TRUSTED_NETWORK,
    text: 'HOST is not an address of this machine alone; expected 127.0.0.1, ::1 or localhost, as with GRANARY_ACCESS=local everybody who reaches the port may do everything. Fix: set HOST=127.0.0.1, or GRANARY_ACCESS=tokens, or GRANARY_TRUSTED_NETWORK=1 if the network itself keeps strangers out',
  },
  {
    names: ['GRANARY_METRICS_HOST', 'GRANARY_TRUSTED_NETWORK'],
    broken: (values) => !isLoopback(values.GRANARY_METRICS_HOST) && !values.GRANARY_TRUSTED_NETWORK,
    text: 'GRANARY_METRICS_HOST is not an address of this machine alone; expected 127.0.0.1, ::1 or localhost, as /metrics asks nobody who they are. Fix: set GRANARY_METRICS_HOST=127.0.0.1, or GRANARY_TRUSTED_NETWORK=1 if the network itself keeps strangers out',
  },
  {
    names: ['STOCK_RESERVATION_TTL', 'STOCK_RESERVATION_MAX_TTL'],
    broken: (values) => values.STOCK_RESERVATION_TTL > values.STOCK_RESERVATION_MAX_TTL,
    text: 'STOCK_RESERVATION_TTL is longer than STOCK_RESERVATION_MAX_TTL; expected at most as long. Fix: lower the first or raise the second',
  },
  {
    names: ['STOCK_SENSITIVE_ATTRIBUTES', 'ENCRYPTION_KEYS'],
    broken: (values) => values.STOCK_SENSITIVE_ATTRIBUTES !== undefined && values.ENCRYPTION_KEYS === undefined,
    text: 'STOCK_SENSITIVE_ATTRIBUTES is set while ENCRYPTION_KEYS is not; expected a key to seal them with. Fix: set ENCRYPTION_KEYS="main:$(openssl rand -base64 32)", or leave STOCK_SENSITIVE_ATTRIBUTES out',
  },
  {
    names: ['STOCK_AUDIT_RETENTION_DAYS', 'STOCK_IDEMPOTENCY_DAYS'],
    broken: ({ STOCK_AUDIT_RETENTION_DAYS: kept, STOCK_IDEMPOTENCY_DAYS: answered }) => kept !== 0 && kept < answered,
    text: 'STOCK_AUDIT_RETENTION_DAYS is shorter than STOCK_IDEMPOTENCY_DAYS; expected at least as long, as the record holds the answer to a repeat. Fix: raise the first or lower the second',
  },
  {
    names: ['STOCK_ALERT_LOW_THRESHOLD', 'STOCK_ALERT_HIGH_THRESHOLD'],
    broken: (values) => values.STOCK_ALERT_LOW_THRESHOLD >= values.STOCK_ALERT_HIGH_THRESHOLD,
    text: 'STOCK_ALERT_LOW_THRESHOLD is not below STOCK_ALERT_HIGH_THRESHOLD; expected a lower number. Fix: lower the first or raise the second',
  },
  {
    names: ['STOCK_COST_DEFAULT_STRATEGY', 'STOCK_COST_METHOD'],
    broken: ({ STOCK_COST_DEFAULT_STRATEGY: name, STOCK_COST_METHOD: alias }) =>
      name !== undefined && alias !== undefined && name !== alias,
    text: 'STOCK_COST_DEFAULT_STRATEGY and STOCK_COST_METHOD name different strategies; expected one of them, or the same name twice. Fix: leave one out',
  },
];

/** True when only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
