/** Every refusal of costing as it reaches a caller: code, status, words, hint and details, through both doors. */
import { errorTable } from '@granary/contracts/error';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRealApi, type RealApi } from './testing/real-api.ts';
import { pick, post } from './testing/stub-api.ts';

let api: RealApi;
let documentId = '';

const NO_ID = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
const on = (day: string) => ({ occurredAt: `${day}T12:00:00Z` });
const bought = (documentNo: string, more: object = {}) => ({
  ...{ documentNo, lines: [{ skuId: 'A', quantity: 10, unitCost: '2.00' }] },
  ...more,
});

async function done(procedure: string, input: unknown): Promise<unknown> {
  const { status, body, text } = await post(`${api.url}/v1/${procedure.replace('.', '/')}`, input);
  expect([procedure, status, text]).toEqual([procedure, 200, expect.anything()]);
  return body;
}

beforeAll(async () => {
  api = await openRealApi({ STOCK_COST_ENABLE_MULTI_CURRENCY: 'true' });
  await done('inbound.purchase', bought('FEBRUARY', on('2026-02-10')));
  await done('inbound.purchase', bought('MARCH', on('2026-03-10')));
  documentId = String(pick(await done('inbound.purchase', bought('NOW')), 'id'));
  const periods = pick(await done('period.list', {}), 'items') as { periodId: string; name: string }[];
  const idOf = (name: string) => ({ periodId: periods.find((each) => each.name === name)?.periodId });
  await done('period.close', idOf('2026-02'));
  await done('period.freeze', idOf('2026-03'));
});
afterAll(() => api?.end());

interface Case {
  readonly what: string;
  readonly procedure: string;
  readonly input: () => unknown;
  readonly code: string;
  readonly details: unknown;
}

const target = { skuId: 'A', weight: '0' };
const rule = { name: 'nobody', source: 'direct', method: 'ratio', targets: [target] };
const cases: readonly Case[] = [
  {
    what: 'a write-down of more than is held',
    procedure: 'cost.revalue',
    input: () => ({ skuId: 'A', amount: '-1000000.00', reason: 'a mistake' }),
    ...{ code: 'COST_001', details: { skuId: 'A' } },
  },
  {
    what: 'more units than are held',
    procedure: 'cost.calculate',
    input: () => ({ skuId: 'A', quantity: 31 }),
    ...{ code: 'COST_002', details: { skuId: 'A', requested: 31, available: 30 } },
  },
  {
    what: 'a strategy that nobody registered',
    procedure: 'cost.switchStrategy',
    input: () => ({ skuId: 'A', to: 'luck' }),
    ...{ code: 'COST_003', details: { strategy: 'luck', known: expect.arrayContaining(['fifo', 'standard']) } },
  },
  {
    what: 'a calculation by such a one',
    procedure: 'cost.calculate',
    input: () => ({ skuId: 'A', quantity: 1, strategy: 'luck' }),
    ...{ code: 'COST_003', details: { strategy: 'luck', known: expect.arrayContaining(['fifo']) } },
  },
  {
    what: 'a period that is not there',
    procedure: 'period.get',
    input: () => ({ periodId: NO_ID }),
    ...{ code: 'COST_004', details: { period: NO_ID } },
  },
  {
    what: 'goods in of a frozen period',
    procedure: 'inbound.purchase',
    input: () => bought('LATE', on('2026-03-20')),
    ...{ code: 'COST_005', details: { period: '2026-03' } },
  },
  {
    what: 'goods out of a closed period',
    procedure: 'outbound.sales',
    input: () => ({ orderNo: 'LATE', ...on('2026-02-20'), lines: [{ skuId: 'A', quantity: 1 }] }),
    ...{ code: 'COST_006', details: { period: '2026-02' } },
  },
  {
    what: 'a preview of such a sale',
    procedure: 'cost.preview',
    input: () => ({ skuId: 'A', type: 'issue', quantity: 1, ...on('2026-02-20') }),
    ...{ code: 'COST_006', details: { period: '2026-02' } },
  },
  {
    what: 'a period over another one',
    procedure: 'period.create',
    input: () => ({ startsOn: '2026-03-31', endsOn: '2026-04-30' }),
    ...{ code: 'COST_007', details: { period: '2026-03' } },
  },
  {
    what: 'a rule by which nobody gets anything',
    procedure: 'costAllocation.createRule',
    input: () => rule,
    ...{ code: 'COST_008', details: { rule: 'nobody' } },
  },
  {
    what: 'goods in at a price of another currency without a rate',
    procedure: 'inbound.purchase',
    input: () => ({
      ...{ documentNo: 'ABROAD', ...on('2026-05-02') },
      lines: [{ skuId: 'A', quantity: 1, unitCost: '2.00', currency: 'SEK' }],
    }),
    ...{ code: 'COST_009', details: { currency: 'SEK', date: '2026-05-02' } },
  },
  {
    what: 'a rule that nobody made',
    procedure: 'costAllocation.allocate',
    input: () => ({ rule: 'none', amount: '1.00' }),
    ...{ code: 'INV_007', details: { noun: 'rule', id: 'none' } },
  },
  {
    what: 'a SKU that is not there',
    procedure: 'cost.averageCost',
    input: () => ({ skuId: 'NONE' }),
    ...{ code: 'INV_001', details: { skuId: 'NONE' } },
  },
];

test('every code of costing is shown here', () => {
  const codes = Object.values(errorTable).map(({ code }) => code);
  const shown = new Set(cases.map(({ code }) => code));
  expect(codes.filter((code) => code.startsWith('COST_') && !shown.has(code))).toEqual([]);
});

describe.each(cases)('$what', ({ procedure, input, code, details }) => {
  test(`is ${code} through both doors, with what to do about it`, async () => {
    const trpc = await post(`${api.url}/trpc/${procedure}`, input());
    const rest = await post(`${api.url}/v1/${procedure.replace('.', '/')}`, input());
    const told = pick(pick(trpc.body, 'error'), 'data');
    const http = Object.values(errorTable).find((each) => each.code === code)?.http;
    expect([trpc.status, rest.status]).toEqual([http, http]);
    const answer = { code, details, hint: expect.stringMatching(/^\p{Lu}.+\.$/u), retryable: false };
    expect(told).toMatchObject(answer);
    expect(told).toEqual({ ...(rest.body as object), httpStatus: rest.status });
  });
});

const item = { skuId: 'A', quantity: 1 };
const many = (count: number) => ({ items: Array.from({ length: count }, () => item) });
const BATCH = NO_ID;

describe('inputs of costing', () => {
  test.for<readonly [what: string, procedure: string, input: () => unknown, path: string]>([
    ['one item too many', 'cost.calculateMany', () => many(10_001), 'items'],
    ['no item at all', 'cost.calculateMany', () => many(0), 'items'],
    ['an amount of nothing', 'cost.revalue', () => ({ skuId: 'A', amount: '0.00', reason: 'x' }), 'amount'],
    ['an amount as a float', 'cost.revalue', () => ({ skuId: 'A', amount: -0.5, reason: 'x' }), 'amount'],
    ['seven decimals', 'cost.revalue', () => ({ skuId: 'A', amount: '-0.0000001', reason: 'x' }), 'amount'],
    ['no reason', 'cost.revalue', () => ({ skuId: 'A', amount: '-0.50' }), 'reason'],
    ['a negative standard cost', 'cost.standardCost', () => ({ skuId: 'A', cost: '-1' }), 'cost'],
    [
      'a cost of an issue',
      'cost.preview',
      () => ({ ...item, type: 'issue', unitCost: '1', ...on('2026-05-01') }),
      'unitCost',
    ],
    [
      'a preview of what is to come',
      'cost.preview',
      () => ({ ...item, type: 'issue', ...on('2099-05-01') }),
      'occurredAt',
    ],
    ['a day that is none', 'period.create', () => ({ startsOn: '2026-02-30', endsOn: '2026-03-01' }), 'startsOn'],
    ['an end before the start', 'period.create', () => ({ startsOn: '2027-02-02', endsOn: '2027-02-01' }), 'endsOn'],
    ['a blank reason', 'period.unfreeze', () => ({ periodId: NO_ID, reason: ' ' }), 'reason'],
    ['a SKU twice', 'costAllocation.createRule', () => ({ ...rule, targets: [target, target] }), 'targets'],
    ['weights that mean nothing', 'costAllocation.createRule', () => ({ ...rule, method: 'value' }), 'targets'],
    ['an automatic rule of no amount', 'costAllocation.createRule', () => ({ ...rule, isAutomatic: true }), 'amount'],
    [
      'a late cost of nothing',
      'costAllocation.lateCost',
      () => ({ skuId: 'A', documentId, batchId: BATCH, amount: '0', reason: 'duty' }),
      'amount',
    ],
    ['an account that is none', 'cost.records', () => ({ account: 'bribes' }), 'account'],
  ])('%s is refused by %s at its field', async ([, procedure, input, path]) => {
    const { status, body } = await post(`${api.url}/v1/${procedure.replace('.', '/')}`, input());
    expect(status).toBe(422);
    expect(pick(pick(body, 'details'), 'issues')).toEqual(
      expect.arrayContaining([expect.objectContaining({ path: expect.stringContaining(path) })]),
    );
  });

  test('10,000 items with the longest SKUs fit into one call, and each is answered', async () => {
    const items = Array.from({ length: 10_000 }, (_, at) => ({
      skuId: at === 0 ? 'A' : String(at).padStart(64, 'S'),
      quantity: 2_147_483_647,
    }));
    const answer = await done('cost.calculateMany', { items });
    const told = pick(answer, 'items') as { ok: boolean; error: { code: string } }[];
    expect(told).toHaveLength(10_000);
    expect([told[0]?.error.code, told[1]?.error.code]).toEqual(['COST_002', 'INV_001']);
  });
});
