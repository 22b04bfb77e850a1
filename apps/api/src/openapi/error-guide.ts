/** What every kind of error means and what its details look like, for the document and the docs page. Total, like the table. */
import type { ErrorDetails, ErrorKind } from '@granary/contracts/error';

export type ErrorGuide = { readonly [K in ErrorKind]: { readonly meaning: string; readonly details: ErrorDetails[K] } };

const ID = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';

export const errorGuide: ErrorGuide = {
  stockNotFound: { meaning: 'The SKU is not known.', details: { skuId: 'TSHIRT-M' } },
  insufficientStock: {
    meaning: 'Less is available than was asked for; every short line is named.',
    details: { lines: [{ skuId: 'TSHIRT-M', locationId: null, requested: 3, available: 1 }] },
  },
  reservationExpired: { meaning: 'The deadline of the reservation has passed.', details: { reservationIds: [ID] } },
  concurrencyConflict: {
    meaning: 'Others changed the same stock at the same moment, in several attempts.',
    details: { attempts: 4 },
  },
  validation: {
    meaning: 'The input is not valid; every issue is named with its path.',
    details: { issues: [{ path: 'lines.0.quantity', message: 'Too small: expected number to be >=1' }] },
  },
  databaseFailure: { meaning: 'Something failed inside Granary.', details: { requestId: 'b3f1c2d4' } },
  notFound: {
    meaning: 'A location, batch, reservation or document is not known.',
    details: { noun: 'reservation', id: ID },
  },
  duplicate: { meaning: 'It exists already, with other content.', details: { noun: 'sku', id: 'TSHIRT-M' } },
  incompatibleBatch: {
    meaning: 'The SKU has a batch of this number with another quality or other dates.',
    details: { batchNo: 'LOT-2026-02', differs: ['expiresAt'] },
  },
  invalidState: {
    meaning: 'Its state does not allow this.',
    details: { noun: 'reservation', id: ID, state: 'released' },
  },
  idempotencyKeyReused: {
    meaning: 'The idempotency key has served for another request.',
    details: { idempotencyKey: 'order-1001', firstDifference: 'quantity' },
  },
  unavailable: {
    meaning: 'Something that Granary needs cannot be reached.',
    details: { dependency: 'database', retryAfterSeconds: 1 },
  },
  overloaded: { meaning: 'Too many calls wait already.', details: { retryAfterSeconds: 1 } },
  shuttingDown: { meaning: 'This process takes no new work.', details: { retryAfterSeconds: 1 } },
  deadlineExceeded: {
    meaning: 'The call took longer than it may.',
    details: { deadlineMs: 5000, retryAfterSeconds: 1 },
  },
  rateLimited: { meaning: 'Too many calls from here.', details: { retryAfterSeconds: 7 } },
  notAuthenticated: { meaning: 'Nobody is known to be calling.', details: {} },
  notPermitted: { meaning: 'The caller may not do this.', details: { permission: 'stock.read' } },
  lockConflict: { meaning: 'A lock stands in the way.', details: { lockId: ID } },
  malformedRequest: { meaning: 'The request cannot be read.', details: { problem: 'it is not valid JSON' } },
  unknownRoute: { meaning: 'Nothing answers to this path.', details: { path: '/v1/stock/chek' } },
  methodNotAllowed: { meaning: 'The path has other methods.', details: { method: 'PUT', allowed: ['GET', 'POST'] } },
  requestTimeout: { meaning: 'The request did not arrive in time.', details: {} },
  payloadTooLarge: { meaning: 'The body is too large.', details: { limitBytes: 1_048_576 } },
  uriTooLong: { meaning: 'The URL is too long; a query may be sent as a POST.', details: {} },
  unsupportedMediaType: { meaning: 'Only JSON in UTF-8 is read.', details: { allowed: 'application/json' } },
  headersTooLarge: { meaning: 'There are too many headers, or they are too large.', details: {} },
  costCalculationFailed: { meaning: 'The cost could not be worked out.', details: { skuId: 'TSHIRT-M' } },
  insufficientLayers: {
    meaning: 'The cost layers hold less than is consumed.',
    details: { skuId: 'TSHIRT-M', requested: 3, available: 1 },
  },
  unknownCostStrategy: {
    meaning: 'No cost strategy has this name.',
    details: { strategy: 'luck', known: ['fifo', 'weighted_average'] },
  },
  periodNotFound: { meaning: 'The accounting period is not known.', details: { period: '2026-11' } },
  periodFrozen: { meaning: 'The accounting period is frozen.', details: { period: '2026-11' } },
  periodClosed: { meaning: 'The accounting period is closed.', details: { period: '2026-11' } },
  periodOverlap: { meaning: 'Accounting periods overlap, or leave a gap.', details: { period: '2026-11' } },
  allocationRuleInvalid: { meaning: 'The cost allocation rule is not valid.', details: { rule: 'freight' } },
  exchangeRateMissing: {
    meaning: 'No exchange rate is known for the day.',
    details: { currency: 'EUR', date: '2026-11-20' },
  },
};
