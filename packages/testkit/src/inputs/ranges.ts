/** How large numbers may be and how long lists, from SPEC. */
import { ailments } from '@granary/contracts/doctor';
import { eventTypes } from '@granary/contracts/event';
import type { Field } from './schema-fields.ts';

/** The smallest and largest whole number that each field takes, from SPEC: one that is missing here fails the run. */
export function rangeOf(procedure: string, field: Field): readonly [number, number] {
  const most = 2_147_483_647;
  if (field.name === 'quantity') return [procedure === 'batch.create' ? 0 : 1, most];
  // A lock may have no deadline at all, which 0 says.
  if (field.name === 'ttlSeconds' && procedure.startsWith('lock.')) return [0, 315_360_000];
  if (field.name === 'limit' && procedure === 'lock.expireDue') return [1, 100];
  const range = RANGES[field.name];
  if (range === undefined) throw new Error(`nobody said how large ${field.name} of ${procedure} may be`);
  return range;
}

/** STOCK_RESERVATION_MAX_TTL of the api under test. */
export const MAX_TTL_SECONDS = 86_400;

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  limit: [1, 500],
  per: [1, 2_147_483_647],
  bucketDays: [0, 36_500],
  part: [1, 200],
  quantities: [1, 2_147_483_647],
  originalLine: [1, 1000],
  counted: [0, 2_147_483_647],
  delta: [-2_147_483_647, 2_147_483_647],
  onHandVersion: [0, Number.MAX_SAFE_INTEGER],
  line: [1, 1000],
  ratio: [1, 2_147_483_647],
  cap: [0, 2_147_483_647],
  priority: [0, 1_000_000],
  shelfLifeDays: [1, 36_500],
  minRemainingDays: [0, 36_500],
  ttlSeconds: [1, MAX_TTL_SECONDS],
  overlapSeconds: [0, 604_800],
  warningThreshold: [0, 2_147_483_647],
  criticalThreshold: [0, 2_147_483_647],
  highThreshold: [0, 2_147_483_647],
};

/** How many may stand in a list, from SPEC: one that is missing here fails the run. */
export function mostOf(procedure: string, field: Field): number {
  // A list within a list is another one than that which it is in.
  const name = field.path.join('.').replaceAll('.0.', '.');
  const most = MOST[`${procedure} ${name}`] ?? MOST[name];
  if (most === undefined) throw new Error(`nobody said how many ${name} ${procedure} takes`);
  return most;
}

const MOST: Readonly<Record<string, number>> = {
  lines: 1000,
  'reservation.reserveMany lines': 200,
  serials: 1000,
  'batch.split serials': 200,
  'serials.0': 1000,
  'lines.serials': 1000,
  'serials.serials': 1000,
  components: 50,
  batches: 200,
  batchIds: 200,
  'reservation.reserve batchIds': 100,
  'lines.batchIds': 100,
  quantities: 200,
  skuIds: 500,
  'alert.evaluate skuIds': 100,
  kinds: 20,
  locationIds: 100,
  eventIds: 500,
  types: eventTypes.length,
  only: ailments.length,
  items: 10_000,
  'cost.inventoryValue skuIds': 1000,
  targets: 1000,
  bucketDays: 20,
};
