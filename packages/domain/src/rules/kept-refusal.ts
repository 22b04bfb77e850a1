/** Which refusals an idempotency key keeps: those that were decided inside the unit of work, from what stood in the rows; others never (SPEC section 7). */
import type { ErrorKind, GranaryError } from '@granary/contracts/error';

const KEPT: ReadonlySet<ErrorKind> = new Set([
  'stockNotFound',
  'insufficientStock',
  'reservationExpired',
  'notFound',
  'duplicate',
  'incompatibleBatch',
  'invalidState',
  'lockConflict',
  'costCalculationFailed',
  'insufficientLayers',
  'unknownCostStrategy',
  'periodNotFound',
  'periodFrozen',
  'periodClosed',
  'periodOverlap',
  'allocationRuleInvalid',
  'exchangeRateMissing',
]);

export function isKeptRefusal({ kind }: GranaryError): boolean {
  return KEPT.has(kind);
}
