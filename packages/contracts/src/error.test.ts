/** The table of errors: total, in agreement with SPEC section 7, and able to cross the wire and come back. */
import { describe, expect, test } from 'vitest';
import { type ErrorDetails, errorFromAnswer, type ErrorKind, errorTable, GranaryError } from './error.ts';

/** Code -> every status with which it occurs. */
const SPECIFIED: Readonly<Record<string, readonly number[]>> = {
  INV_001: [404],
  INV_002: [400],
  INV_003: [400],
  INV_004: [409],
  INV_005: [422],
  INV_006: [500],
  INV_007: [404],
  INV_008: [409],
  INV_009: [409],
  INV_010: [409],
  INV_011: [409],
  INV_012: [503],
  INV_013: [429],
  INV_014: [401],
  INV_015: [403],
  INV_016: [409],
  INV_017: [400, 404, 405, 408, 413, 414, 415, 431],
  COST_001: [409],
  COST_002: [409],
  COST_003: [400],
  COST_004: [404],
  COST_005: [409],
  COST_006: [409],
  COST_007: [409],
  COST_008: [400],
  COST_009: [400],
};

const TRPC_STATUS: Readonly<Record<string, number>> = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_SUPPORTED: 405,
  TIMEOUT: 408,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNPROCESSABLE_CONTENT: 422,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_SERVER_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
};

/** The compiler refuses this list when a kind is missing from it or unknown; the test compares it with the table. */
const kinds = Object.keys({
  ...{ stockNotFound: 1, insufficientStock: 1, reservationExpired: 1, concurrencyConflict: 1, validation: 1 },
  ...{ databaseFailure: 1, notFound: 1, duplicate: 1, incompatibleBatch: 1, invalidState: 1, idempotencyKeyReused: 1 },
  ...{ unavailable: 1, overloaded: 1, shuttingDown: 1, deadlineExceeded: 1, rateLimited: 1, notAuthenticated: 1 },
  ...{ notPermitted: 1, lockConflict: 1, malformedRequest: 1, unknownRoute: 1, methodNotAllowed: 1, requestTimeout: 1 },
  ...{ payloadTooLarge: 1, uriTooLong: 1, unsupportedMediaType: 1, headersTooLarge: 1, costCalculationFailed: 1 },
  ...{ insufficientLayers: 1, unknownCostStrategy: 1, periodNotFound: 1, periodFrozen: 1, periodClosed: 1 },
  ...{ periodOverlap: 1, allocationRuleInvalid: 1, exchangeRateMissing: 1 },
} satisfies Record<ErrorKind, 1>);

describe('the table', () => {
  test('has a class for every kind and no other', () => {
    expect(Object.keys(errorTable).toSorted()).toEqual(kinds.toSorted());
  });

  test('has every code of the specification, each with exactly its statuses', () => {
    const found: Record<string, number[]> = {};
    for (const { code, http } of Object.values(errorTable)) (found[code] ??= []).push(http);
    const distinct = Object.entries(found).map(([code, statuses]) => [
      code,
      [...new Set(statuses)].toSorted((a, b) => a - b),
    ]);
    expect(Object.fromEntries(distinct)).toEqual(SPECIFIED);
  });

  test.each(Object.entries(errorTable))(
    '%s has a tRPC code with the same status, where there is one',
    (_kind, entry) => {
      const isNamed = Object.values(TRPC_STATUS).includes(entry.http);
      expect(TRPC_STATUS[entry.trpc]).toBe(isNamed ? entry.http : 400);
    },
  );

  test('calls retryable exactly what the same call may survive later', () => {
    const codes = Object.values(errorTable)
      .filter((entry) => entry.retryable)
      .map((entry) => entry.code);
    expect([...new Set(codes)].toSorted()).toEqual(['INV_004', 'INV_012', 'INV_013']);
  });
});

describe('an error', () => {
  const lines = [{ skuId: 'S', locationId: null, requested: 3, available: 1 }];
  const facts = { message: 'Not enough.', hint: 'Ask for less.', details: { lines }, cause: new Error('secret') };

  test('knows its code and whether a retry can help', () => {
    const error = new GranaryError('insufficientStock', facts);
    expect(error).toMatchObject({ name: 'GranaryError', kind: 'insufficientStock', code: 'INV_002', retryable: false });
    expect(error).toBeInstanceOf(Error);
    expect(new GranaryError('concurrencyConflict', { ...facts, details: { attempts: 4 } }).retryable).toBe(true);
  });

  test('tells the caller nothing of its cause or its stack', () => {
    const answer = new GranaryError('insufficientStock', facts).toAnswer();
    expect(Object.keys(answer).toSorted()).toEqual(['code', 'details', 'hint', 'kind', 'message', 'retryable']);
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  test('survives the wire', () => {
    const answer = new GranaryError('insufficientStock', facts).toAnswer();
    const rebuilt = errorFromAnswer(JSON.parse(JSON.stringify(answer)));
    expect(rebuilt).toBeInstanceOf(GranaryError);
    expect(rebuilt.toAnswer()).toEqual(answer);
    expect(rebuilt.details satisfies ErrorDetails[ErrorKind]).toEqual({ lines });
  });
});
