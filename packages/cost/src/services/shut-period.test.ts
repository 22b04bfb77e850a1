/** A frozen or closed period refuses every path that could change it: all mutations of stock and of costs, one after the other. */
import { GranaryError } from '@granary/contracts/error';
import { transferReceiveInput } from '@granary/contracts/transfer';
import { changedBy, rowsOf } from '@granary/domain/testing/database-state';
import { adjusting, levelOf } from '@granary/domain/testing/adjustment-inputs';
import { hold, inbound, receipt, sale } from '@granary/domain/testing/inputs';
import { everyMutation } from '@granary/domain/testing/mutation-walk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CostWalker, costPostings, makeRule } from '../testing/cost-walk.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;
let walker: CostWalker;

beforeAll(async () => {
  at = await openTestCost();
  walker = { at, call: at.call };
  await at.cost.periods.create({ name: 'all', startsOn: '2020-01-01', endsOn: '2099-12-31' }, at.call);
  await at.domain.inbound.purchase(inbound('PO-W', [receipt('W', 100)]), at.call);
  await makeRule.work(walker);
}, 60_000);
afterAll(() => closeSoundCost(at));

const COST_TABLES = ['cost_state', 'cost_layer', 'cost_deficit', 'cost_flow', 'cost_event', 'cost_record'];
const OTHERS = ['cost_allocation', 'standard_cost'];

/** Everything that costs consist of, as it is stored. */
async function costs(): Promise<string> {
  const tables = [...COST_TABLES, ...OTHERS].map((name) =>
    rowsOf(at.dataSource, `SELECT * FROM ${name} ORDER BY 1, 2`),
  );
  return JSON.stringify(await Promise.all(tables));
}

/** As a freeze and a close leave it: what they do besides is none of this. */
const shut = (state: 'open' | 'frozen' | 'closed', name: string) =>
  at.dataSource.query('UPDATE cost_period SET state = ? WHERE name = ?', [state, name]);

interface Tried {
  readonly procedure: string;
  readonly prepare?: () => Promise<unknown>;
  readonly work: () => Promise<unknown>;
}

const all: readonly Tried[] = [
  ...everyMutation.map(({ procedure, prepare, work }): Tried => ({
    procedure,
    ...(prepare === undefined ? {} : { prepare: () => prepare(walker) }),
    work: () => work(walker),
  })),
  ...costPostings.map(({ procedure, work }): Tried => ({ procedure, work: () => work(walker) })),
];

const refused = new Set<string>();

/** The code that it is refused with, undefined when it is done; refused it changes nothing, done it costs nothing. */
async function tried(
  work: () => Promise<unknown>,
  state: 'frozen' | 'closed',
  name = 'all',
): Promise<string | undefined> {
  const before = await costs();
  await shut(state, name);
  let code: string | undefined;
  const changed = await changedBy(at.dataSource, async () => {
    code = await work().then(
      () => undefined,
      (error: unknown) => (error instanceof GranaryError ? error.code : String(error)),
    );
  });
  await shut('open', name);
  expect(await costs()).toBe(before);
  // What is done may write rows of its own; what is refused may not.
  expect(code === undefined ? [] : changed).toEqual([]);
  return code;
}

describe('while the period of the day is shut', () => {
  test.each(all.map((step) => [step.procedure, step] as const))('%s', async (procedure, { prepare, work }) => {
    await prepare?.();
    const frozen = await tried(work, 'frozen');
    // It was done, so it has no cost: `tried` has seen to that.
    if (frozen === undefined) return;
    expect([frozen, await tried(work, 'closed')]).toEqual(['COST_005', 'COST_006']);
    refused.add(procedure);
    await work();
  });

  test('what is refused is all that changes onHand or its cost, and nothing else is', () => {
    expect([...refused].sort()).toEqual(
      [
        ...[
          'adjustment.adjust',
          'adjustment.adjustMany',
          'adjustment.count',
          'batch.create',
          'batch.merge',
          'batch.split',
        ],
        ...['inbound.opening', 'inbound.production', 'inbound.purchase', 'inbound.return', 'inbound.reverse'],
        ...['outbound.damage', 'outbound.pick', 'outbound.reverse', 'outbound.sales', 'outbound.supplierReturn'],
        // Goods that travel stay the SKU's: only what is lost on the way has a cost.
        ...['reservation.deduct', 'transfer.receive', 'transfer.writeOff'],
        ...costPostings.map(({ procedure }) => procedure),
      ].sort(),
    );
  });
});

describe('while a month of the past is shut', () => {
  const JUNE = '2019-06-15T12:00:00.000000Z';
  const late = { occurredAt: JUNE };
  const why = { operator: 'Ann', reason: 'told late' };
  const line = { skuId: 'P', quantity: 1 };
  let made = 0;
  const number = () => ({ documentNo: `LATE-${(made += 1)}` });
  const lines = [receipt('P', 1)];
  const documents = { mistaken: '', sold: '' };

  beforeAll(async () => {
    await at.cost.periods.create({ name: 'june', startsOn: '2019-06-01', endsOn: '2019-06-30' }, at.call);
    await at.domain.locations.create({ locationId: 'far' }, at.call);
    const before = { occurredAt: '2019-06-02T12:00:00.000000Z' };
    await at.domain.inbound.purchase(inbound('PO-P', [receipt('P', 50)], before), at.call);
    documents.sold = (await at.domain.outbound.sales(sale('S-P', [{ skuId: 'P', quantity: 5 }], before), at.call)).id;
    await at.domain.reservations.reserve(hold('P', 5, 'HELD'), at.call);
    documents.mistaken = (await at.domain.inbound.purchase(inbound('PO-Q', [receipt('Q', 1)], before), at.call)).id;
    const plan = { transferNo: 'T-P', fromLocationId: 'default', toLocationId: 'far', ...before };
    await at.domain.outbound.transfer({ ...plan, lines: [{ skuId: 'P', quantity: 5 }] }, at.call);
  });

  const arriving = (input: object) => transferReceiveInput.parse({ transferNo: 'T-P', ...late, ...input });
  const counted = async () => ({
    ...{ skuId: 'P', counted: 30, reasonCode: 'stocktake' as const, operator: 'Ann', ...late },
    onHandVersion: (await levelOf(at, 'P')).onHandVersion,
  });
  const batch = async () => (await at.domain.batches.list({ skuId: 'P', limit: 9 })).items[0]?.batchId ?? '';
  const cases: readonly (readonly [procedure: string, work: () => Promise<unknown>])[] = [
    ['inbound.purchase', () => at.domain.inbound.purchase({ ...number(), ...late, lines }, at.call)],
    ['inbound.production', () => at.domain.inbound.production({ ...number(), ...late, lines }, at.call)],
    ['inbound.return', () => at.domain.inbound.return({ ...number(), ...late, lines }, at.call)],
    [
      'inbound.opening',
      () => at.domain.inbound.opening({ ...number(), asOf: JUNE, lines: [receipt('NEW', 1)] }, at.call),
    ],
    ['inbound.reverse', () => at.domain.inbound.reverse({ documentId: documents.mistaken, ...late, ...why }, at.call)],
    ['outbound.sales', () => at.domain.outbound.sales(sale('LATE', [line], late), at.call)],
    ['outbound.damage', () => at.domain.outbound.damage({ ...number(), ...late, ...why, lines: [line] }, at.call)],
    ['outbound.pick', () => at.domain.outbound.pick({ ...number(), ...late, lines: [line] }, at.call)],
    [
      'outbound.supplierReturn',
      () => at.domain.outbound.supplierReturn({ ...number(), ...late, supplier: 'Acme', lines: [line] }, at.call),
    ],
    ['outbound.reverse', () => at.domain.outbound.reverse({ documentId: documents.sold, ...late, ...why }, at.call)],
    [
      'reservation.deduct',
      () => at.domain.reservations.deduct({ type: 'order', businessId: 'HELD', ...late }, at.call),
    ],
    ['adjustment.adjust', () => at.domain.adjustments.adjust(adjusting('P', -1, late), at.call)],
    [
      'adjustment.adjustMany',
      () => {
        const many = { reasonCode: 'found' as const, operator: 'Ann', lines: [{ skuId: 'P', delta: 1 }] };
        return at.domain.adjustments.adjustMany({ ...many, ...late }, at.call);
      },
    ],
    ['adjustment.count', async () => at.domain.adjustments.count(await counted(), at.call)],
    [
      'adjustment.countMany',
      async () => {
        const { occurredAt, reasonCode, operator, ...each } = await counted();
        return at.domain.adjustments.countMany({ occurredAt, reasonCode, operator, lines: [each] }, at.call);
      },
    ],
    [
      'batch.split',
      async () => at.domain.batches.split({ batchId: await batch(), quantities: [1, 1], ...late }, at.call),
    ],
    [
      'transfer.receive',
      () =>
        at.domain.transfers.receive(
          arriving({ isFinal: true, writeOff: { reason: 'lost' }, ...number(), lines: [{ line: 1, quantity: 1 }] }),
          at.call,
        ),
    ],
    ['cost.preview', () => at.cost.preview({ ...line, type: 'issue', ...late })],
  ];

  test.each(cases)('%s is refused', async (_procedure, work) => {
    expect([await tried(work, 'frozen', 'june'), await tried(work, 'closed', 'june')]).toEqual([
      'COST_005',
      'COST_006',
    ]);
  });

  test('each of them is done once it is open again: nothing but the period was in the way', async () => {
    const inTheWay: unknown[] = [];
    for (const [procedure, work] of cases)
      await work().catch((error: unknown) => inTheWay.push([procedure, String(error)]));
    expect(inTheWay).toEqual([]);
  });
});

test('a refusal is kept with its key: a repeat is told the same when the period is open again, another call is not', async () => {
  const buying = (documentNo: string, idempotencyKey: string) =>
    at.domain.inbound.purchase({ ...inbound(documentNo, [receipt('K', 1)]), idempotencyKey }, at.call);
  await shut('frozen', 'all');
  await expect(buying('KEPT', 'kept')).rejects.toMatchObject({ code: 'COST_005' });
  await shut('open', 'all');
  await expect(buying('KEPT', 'kept')).rejects.toMatchObject({ code: 'COST_005', details: { period: 'all' } });
  const { items } = await at.domain.audit.search({ procedure: 'inbound.purchase', outcome: 'refused', limit: 9 });
  expect(items).toMatchObject([{ refusalCode: 'COST_005', skuIds: ['K'] }]);
  await buying('KEPT', 'anew');
});
