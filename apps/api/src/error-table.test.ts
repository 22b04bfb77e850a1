/** Every kind of the error table through the door: its status in HTTP and its code, details and hint in the body. */
import { type ErrorDetails, type ErrorKind, errorTable, GranaryError } from '@granary/contracts/error';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, openStubApi, pick, post, stockCheckAnswer, type StubApi } from './testing/stub-api.ts';

const samples: ErrorDetails = {
  stockNotFound: { skuId: 'A' },
  insufficientStock: { lines: [{ skuId: 'A', locationId: null, requested: 3, available: 1 }] },
  reservationExpired: { reservationIds: ['01JD7Z5K3M8Q2W4E6R7T8Y9ZAB'] },
  concurrencyConflict: { attempts: 4 },
  validation: { issues: [{ path: 'lines.0.quantity', message: 'too many' }] },
  databaseFailure: { requestId: 'request-1' },
  notFound: { noun: 'batch', id: 'B' },
  duplicate: { noun: 'reservation', id: 'R' },
  incompatibleBatch: { batchNo: 'L', differs: ['expiresAt'] },
  invalidState: { noun: 'reservation', id: 'R', state: 'released' },
  idempotencyKeyReused: { idempotencyKey: 'k', firstDifference: 'quantity' },
  unavailable: { dependency: 'database', retryAfterSeconds: 2 },
  overloaded: { retryAfterSeconds: 1 },
  shuttingDown: { retryAfterSeconds: 1 },
  deadlineExceeded: { deadlineMs: 5000, retryAfterSeconds: 1 },
  rateLimited: { retryAfterSeconds: 7 },
  notAuthenticated: {},
  notPermitted: { permission: 'stock.read' },
  lockConflict: { lockId: 'L' },
  malformedRequest: { problem: 'p' },
  unknownRoute: { path: 'p' },
  methodNotAllowed: { method: 'PUT', allowed: ['POST'] },
  requestTimeout: {},
  payloadTooLarge: { limitBytes: 1 },
  uriTooLong: {},
  unsupportedMediaType: { allowed: 'application/json' },
  headersTooLarge: {},
  costCalculationFailed: { skuId: 'A' },
  insufficientLayers: { skuId: 'A', requested: 2, available: 1 },
  unknownCostStrategy: { strategy: 's', known: ['fifo'] },
  periodNotFound: { period: '2026-11' },
  periodFrozen: { period: '2026-11' },
  periodClosed: { period: '2026-11' },
  periodOverlap: { period: '2026-11' },
  allocationRuleInvalid: { rule: 'r' },
  exchangeRateMissing: { currency: 'EUR', date: '2026-11-20' },
};
const kinds = Object.keys(errorTable) as ErrorKind[];
const HOSTILE =
  "ER_DUP_ENTRY: Duplicate entry 'x' for key 'level.PRIMARY' at /srv/app/store.ts:12 SELECT * FROM secret";

let api: StubApi;
let failure: (() => unknown) | undefined;
beforeAll(async () => {
  api = await openStubApi({
    answer({ input }) {
      if (pick(input, 'skuId') === 'fine') return stockCheckAnswer;
      throw failure?.();
    },
  });
});
afterAll(() => api.api.close(0));

const check = () => ask(`${api.url}/trpc/stock.check?input=${encodeURIComponent('{"skuId":"A"}')}`);
const dataOf = (body: unknown) => pick(pick(body, 'error'), 'data');

describe('the error table through the door', () => {
  test('has a sample of every kind', () => {
    expect(Object.keys(samples).sort()).toEqual([...kinds].sort());
  });

  test.each(kinds)('%s has the status, code and details of its row', async (kind) => {
    failure = () =>
      new GranaryError(kind, {
        message: 'The sentence.',
        hint: 'The hint.',
        details: samples[kind],
        cause: new Error(HOSTILE),
      });
    const answer = await check();
    const row = errorTable[kind];
    expect(answer.status).toBe(row.http);
    expect(answer.text).not.toContain('ER_DUP');
    expect(pick(pick(answer.body, 'error'), 'code')).toBe(TRPC_ERROR_CODES_BY_KEY[row.trpc]);
    expect(dataOf(answer.body)).toMatchObject({ code: row.code, kind, retryable: row.retryable, httpStatus: row.http });
    // What failed inside is never told in the words of whoever threw it.
    const isOurs = kind === 'databaseFailure';
    expect(answer.text.includes('The sentence.')).toBe(!isOurs);
    const details = isOurs ? { requestId: answer.headers.get('x-request-id') } : samples[kind];
    expect(dataOf(answer.body)).toMatchObject({ details, ...(isOurs ? {} : { hint: 'The hint.' }) });
  });

  test.each(kinds.filter((kind) => 'retryAfterSeconds' in samples[kind]))(
    '%s says in a header when to come back',
    async (kind) => {
      failure = () => new GranaryError(kind, { message: 'm', hint: 'h', details: samples[kind] });
      expect((await check()).headers.get('retry-after')).toBe(String(pick(samples[kind], 'retryAfterSeconds')));
    },
  );

  test('in a batch each failure has its own code, and the longest wait is the header', async () => {
    failure = () => new GranaryError('rateLimited', { message: 'm', hint: 'h', details: samples.rateLimited });
    const answer = await post(`${api.url}/trpc/stock.check,stock.check?batch=1`, {
      0: { skuId: 'A' },
      1: { skuId: 'fine' },
    });
    expect(answer.status).toBe(207);
    expect(answer.code).toBe('INV_013');
    expect(answer.headers.get('retry-after')).toBe('7');
  });
});

describe('what nobody meant to throw', () => {
  const unknowns: [string, () => unknown][] = [
    ['a driver error', () => Object.assign(new Error(HOSTILE), { errno: 1062, sql: 'SELECT secret' })],
    ['a RangeError', () => new RangeError(HOSTILE)],
    ['a string', () => HOSTILE],
    ['undefined', () => undefined],
    ['an error that looks like a zod error', () => Object.assign(new Error(HOSTILE), { issues: [] })],
    ['an HTTP error of a library', () => Object.assign(new Error(HOSTILE), { status: 400 })],
  ];
  test.each(unknowns)('%s is INV_006 with a request id, and its cause is only in the log', async (_what, make) => {
    failure = make;
    api.lines.length = 0;
    const answer = await check();
    expect({ status: answer.status, code: answer.code }).toEqual({ status: 500, code: 'INV_006' });
    expect(answer.text).not.toMatch(/ER_DUP|SELECT|secret|srv|stack/);
    const requestId = answer.headers.get('x-request-id');
    expect(pick(pick(dataOf(answer.body), 'details'), 'requestId')).toBe(requestId);
    expect(api.lines).toHaveLength(1);
    expect(api.lines[0]).toMatchObject({ level: 'error', facts: { requestId, path: 'stock.check', code: 'INV_006' } });
    expect(api.lines[0]?.facts['cause']).toBeDefined();
  });

  test('an answer that breaks its own schema is our failure, not the input of the caller', async () => {
    const broken = await openStubApi({ answer: () => ({ ...stockCheckAnswer, available: 'three' }) });
    const answer = await ask(`${broken.url}/trpc/stock.check?input=${encodeURIComponent('{"skuId":"A"}')}`);
    expect({ status: answer.status, code: answer.code }).toEqual({ status: 500, code: 'INV_006' });
    await broken.api.close(0);
  });
});

describe('bad input', () => {
  const issuesOf = (body: unknown) => pick(pick(dataOf(body), 'details'), 'issues');

  test('is one INV_005 with every issue and its dotted path', async () => {
    const answer = await post(`${api.url}/trpc/inbound.purchase`, {
      documentNo: ' padded',
      admin: true,
      lines: [
        { skuId: 'A', quantity: 1, unitCost: '1.00' },
        { skuId: '', quantity: 0, unitCost: 1, version: 3 },
      ],
    });
    expect({ status: answer.status, code: answer.code }).toEqual({ status: 422, code: 'INV_005' });
    const paths = (issuesOf(answer.body) as { path: string }[]).map((issue) => issue.path);
    expect(new Set(paths)).toEqual(
      new Set(['documentNo', 'admin', 'lines.1.skuId', 'lines.1.quantity', 'lines.1.unitCost', 'lines.1.version']),
    );
  });

  test('of a union is told as what it should have been', async () => {
    const answer = await post(`${api.url}/trpc/reservation.reserve`, {
      skuId: 'A',
      quantity: 1,
      type: 'cart',
      businessId: 'C',
      lineId: ' x',
    });
    expect(issuesOf(answer.body)).toEqual([{ path: 'lineId', message: expect.stringContaining('white space') }]);
  });

  test('echoes neither a long name nor a hundred thousand of them', async () => {
    const flood = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`k${at}`, 1]));
    const answer = await post(`${api.url}/trpc/sku.create`, { skuId: 'A', ['n'.repeat(10_000)]: 1, ...flood });
    expect(answer.status).toBe(422);
    expect(answer.text).not.toContain('n'.repeat(101));
    expect((issuesOf(answer.body) as unknown[]).length).toBeLessThanOrEqual(1_000);
  });
});
