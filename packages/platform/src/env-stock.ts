/** The variables of the stock engine: deadlines, thresholds, caps and how long things are kept. */
import { z } from 'zod';
import { flag, integer, variable } from './env-variable.ts';

const DAY_SECONDS = 86_400;
const MAX_QUANTITY = 2_147_483_647;

const timezone = z.string().refine(isTimezone, 'this machine knows no such time zone');

export const stockVariables = {
  STOCK_ALLOCATION_STRATEGY: variable(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), {
    shape: 'the name of a registered strategy: fifo, lifo, fefo, cost_optimized, least_batches or one of your own',
    about: 'How batches are chosen where neither the call nor the SKU says so.',
    example: 'fifo',
    fallback: 'fifo',
  }),
  STOCK_RESERVATION_TTL: variable(integer(1, 10 * 365 * DAY_SECONDS), {
    shape: 'a whole number of seconds from 1 to 315360000',
    about: 'How long a reservation holds stock when the call does not say.',
    example: '1800',
    fallback: '1800',
  }),
  STOCK_RESERVATION_MAX_TTL: variable(integer(1, 10 * 365 * DAY_SECONDS), {
    shape: 'a whole number of seconds from 1 to 315360000',
    about: 'The longest life of an unconfirmed reservation, extensions included.',
    example: '604800',
    fallback: '604800',
  }),
  STOCK_HOLD_MAX_PER_BUSINESS: variable(integer(0, 100_000), {
    shape: 'a whole number from 0 (no cap) to 100000',
    about: 'How many reservations of one type and business id may hold stock at a time; one more is refused (INV_010).',
    example: '50',
    fallback: '0',
  }),
  STOCK_HOLD_MAX_SHARE: variable(integer(1, 100), {
    shape: 'a whole number of percent from 1 to 100 (no cap)',
    about:
      'How much of what is on hand of a SKU one type and business id may hold; a single unit may always be held. More is refused (INV_010).',
    example: '20',
    fallback: '100',
  }),
  STOCK_HOLD_MAX_PER_TOKEN: variable(integer(0, 100_000), {
    shape: 'a whole number from 0 (no cap) to 100000',
    about:
      'How many reservations made by one token may hold stock at a time; one more is refused (INV_010). Its reserves are then decided one after the other, and holds made before the cap was set are not counted.',
    example: '500',
    fallback: '0',
  }),
  STOCK_AUTO_CREATE_SKU: variable(flag, {
    shape: 'true or false',
    about: 'Whether an inbound of an unknown SKU creates it; otherwise it is refused (INV_001).',
    example: 'true',
    fallback: 'true',
  }),
  STOCK_ALERT_LOW_THRESHOLD: variable(integer(0, MAX_QUANTITY), {
    shape: 'a whole number from 0 to 2147483647',
    about: 'The warning threshold of a level that has none of its own; half of it is the critical one.',
    example: '100',
    fallback: '100',
  }),
  STOCK_ALERT_HIGH_THRESHOLD: variable(integer(0, MAX_QUANTITY), {
    shape: 'a whole number from 0 to 2147483647',
    about: 'The high threshold of a level that has none of its own.',
    example: '10000',
    fallback: '10000',
  }),
  STOCK_ALERT_EXPIRY_DAYS: variable(integer(1, 3_650), {
    shape: 'a whole number of days from 1 to 3650',
    about: 'How long before its expiry a batch that still has stock raises an alert.',
    example: '30',
    fallback: '30',
  }),
  STOCK_ALERT_CONFIRMED_HOURS: variable(integer(1, 87_600), {
    shape: 'a whole number of hours from 1 to 87600',
    about: 'How long a reservation may stay confirmed (paid) and still hold stock before it raises an alert.',
    example: '72',
    fallback: '72',
  }),
  STOCK_ALERT_TIMEOUT_PERCENT: variable(integer(1, 100), {
    shape: 'a whole number of percent from 1 to 100',
    about:
      'How many of the reservations that ended within the last hour may have done so by their deadline; more raise an alert.',
    example: '50',
    fallback: '50',
  }),
  STOCK_SNAPSHOT_DAILY: variable(flag, {
    shape: 'true or false',
    about: 'Whether workers keep a snapshot of all stock as of the first instant of every day in STOCK_TIMEZONE.',
    example: 'true',
    fallback: 'true',
  }),
  STOCK_SNAPSHOT_RETENTION_DAYS: variable(integer(0, 36_500), {
    shape: '0 (keep for ever), or a whole number of days from 1 to 36500',
    about: 'How long snapshots are kept. The ledger still tells every level at every moment (`stock.asOf`).',
    example: '400',
    fallback: '400',
  }),
  STOCK_AUDIT_RETENTION_DAYS: variable(z.union([integer(0, 0), integer(7, 36_500)]), {
    shape: '0 (keep for ever), or a whole number of days from 7 to 36500',
    about:
      'How long the audit keeps who did what (docs/audit.md). Stock, its ledger and documents are kept for ever all the same.',
    example: '730',
    fallback: '0',
  }),
  STOCK_IDEMPOTENCY_DAYS: variable(integer(7, 36_500), {
    shape: 'a whole number of days from 7 to 36500',
    about: 'How long a repeat with the same idempotency key is answered with the same bytes.',
    example: '7',
    fallback: '7',
  }),
  STOCK_TIMEZONE: variable(timezone, {
    shape: 'an IANA time zone',
    about: 'Where days begin: a batch that expires on a date is good until the next day begins there.',
    example: 'Asia/Shanghai',
    fallback: 'UTC',
  }),
  STOCK_LOCK: variable(z.enum(['documents', 'all', 'none']), {
    shape: 'documents, all or none',
    about:
      'What takes a Redis lock first, to thin contention: documents only, reservations too, or nothing. No setting changes what is true.',
    example: 'documents',
    fallback: 'documents',
  }),
  STOCK_LOCK_TTL: variable(integer(0, 10 * 365 * DAY_SECONDS), {
    shape: 'a whole number of seconds from 0 (no deadline) to 315360000',
    about: 'How long a business lock keeps stock out of sale when the call does not say.',
    example: '7200',
    fallback: '7200',
  }),
  STOCK_ALLOW_NEGATIVE: variable(flag, {
    shape: 'true or false',
    about:
      'Whether a sale or a pick that is short takes what there is and books the rest as a deficit, which the next receipt settles; otherwise it is refused (INV_002). onHand is never negative.',
    example: 'false',
    fallback: 'false',
  }),
};

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
