/** Every input of every procedure: a least one is accepted, and an unknown key is refused wherever an object stands. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import * as batch from './batch.ts';
import * as bundle from './bundle.ts';
import * as cost from './cost.ts';
import * as costAllocation from './cost-allocation.ts';
import * as costRecord from './cost-record.ts';
import * as document from './document.ts';
import * as explanation from './explanation.ts';
import * as inTransit from './in-transit.ts';
import * as location from './location.ts';
import * as period from './period.ts';
import * as reservation from './reservation.ts';
import * as sku from './sku.ts';
import * as stock from './stock.ts';
import * as system from './system.ts';
import * as virtual from './virtual.ts';
import * as transfer from './transfer.ts';

const ID = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
const line = { skuId: 'S', quantity: 1, type: 'order', businessId: 'O-1' };
const received = { documentNo: 'PO-1', lines: [{ skuId: 'S', quantity: 1, unitCost: '1' }] };
const taken = { documentNo: 'D-1', lines: [{ skuId: 'S', quantity: 1 }] };
const planned = { transferNo: 'T', fromLocationId: 'A', toLocationId: 'B', lines: [{ skuId: 'S', quantity: 1 }] };
const order = { type: 'order', businessId: 'O-1' };

const components = [
  { skuId: 'A', quantity: 1 },
  { skuId: 'B', quantity: 1 },
];

/** The least that each input needs. */
const least: Readonly<Record<string, object>> = {
  batchCreateInput: { skuId: 'S', batchNo: 'B', unitCost: '1' },
  batchGetInput: { batchId: ID },
  batchListInput: {},
  inboundInput: received,
  productionInput: received,
  returnInput: received,
  openingInput: { ...received, asOf: '2026-01-01T00:00:00Z' },
  damageInput: { ...taken, reason: 'broken' },
  pickInput: taken,
  supplierReturnInput: { ...taken, supplier: 'Acme' },
  reverseInput: { documentId: ID, operator: 'Ann', reason: 'mistake' },
  transferCreateInput: planned,
  outboundTransferInput: planned,
  transferShipInput: { transferId: ID },
  transferReceiveInput: { transferNo: 'T' },
  transferWriteOffInput: { transferNo: 'T', reason: 'lost' },
  transferCancelInput: { transferNo: 'T', reason: 'mistake' },
  transferGetInput: { transferNo: 'T' },
  transferListInput: {},
  inTransitCreateInput: { reference: 'E', expectedAt: '2036-01-01T00:00:00Z', lines: [{ skuId: 'S', quantity: 1 }] },
  inTransitUpdateInput: { inTransitId: ID, lines: [{ line: 1, quantity: 1 }] },
  inTransitCancelInput: { inTransitId: ID, reason: 'mistake' },
  inTransitGetInput: { inTransitId: ID },
  inTransitListInput: {},
  bundleCreateInput: { skuId: 'S', components },
  bundleUpdateInput: { skuId: 'S', components },
  bundleRemoveInput: { skuId: 'S' },
  bundleGetInput: { skuId: 'S' },
  bundleListInput: {},
  virtualCreateInput: { skuId: 'S', realSkuId: 'R', ratio: 12 },
  virtualUpdateInput: { skuId: 'S' },
  virtualRemoveInput: { skuId: 'S' },
  virtualGetInput: { skuId: 'S' },
  virtualListInput: {},
  salesInput: { orderNo: 'O-1', lines: [{ skuId: 'S', quantity: 1 }] },
  documentGetInput: { id: ID },
  inboundListInput: {},
  outboundListInput: {},
  locationCreateInput: { locationId: 'L' },
  locationUpdateInput: { locationId: 'L' },
  locationGetInput: { locationId: 'L' },
  locationListInput: {},
  reserveInput: line,
  reserveManyInput: { lines: [line] },
  confirmInput: { id: ID },
  releaseInput: order,
  deductInput: { id: ID, quantity: 1 },
  extendInput: { ...order, ttlSeconds: 60 },
  convertInput: { from: { type: 'cart', businessId: 'C-1' }, to: order },
  expireDueInput: {},
  reservationGetInput: { id: ID },
  reservationListInput: { businessId: 'O-1' },
  skuCreateInput: { skuId: 'S' },
  skuUpdateInput: { skuId: 'S' },
  skuGetInput: { skuId: 'S' },
  skuListInput: {},
  stockCheckInput: { skuId: 'S' },
  stockCheckManyInput: { skuIds: ['S'] },
  stockAvailableInput: { skuId: 'S' },
  stockAllocateInput: { skuId: 'S', quantity: 1 },
  stockExplainInput: { skuId: 'S' },
  stockAsOfInput: { skuId: 'S', at: '2026-11-20T10:00:00Z' },
  stockMovementsInput: { skuId: 'S' },
  levelListInput: {},
  stockConfigureInput: { skuId: 'S' },
  calculateInput: { skuId: 'S', quantity: 1 },
  calculateManyInput: { items: [{ skuId: 'S', quantity: 1 }] },
  averageCostInput: { skuId: 'S' },
  inventoryValueInput: {},
  switchStrategyInput: { skuId: 'S', to: 'fifo' },
  revalueInput: { skuId: 'S', amount: '-1', reason: 'damp' },
  standardCostInput: { skuId: 'S', cost: '1' },
  costPreviewInput: { skuId: 'S', type: 'issue', quantity: 1, occurredAt: '2026-11-20T10:00:00Z' },
  costRecordsInput: {},
  createRuleInput: { name: 'R', source: 'direct', method: 'value', targets: [{ skuId: 'S' }] },
  updateRuleInput: { rule: 'R', targets: [{ skuId: 'S' }] },
  costRuleListInput: {},
  allocateInput: { rule: 'R', amount: '1' },
  allocationListInput: {},
  lateCostInput: { skuId: 'S', documentId: ID, batchId: ID, amount: '1', reason: 'duty' },
  allocatedInput: { skuId: 'S' },
  periodCreateInput: { startsOn: '2026-11-01', endsOn: '2026-11-30' },
  periodFreezeInput: { periodId: ID },
  periodUnfreezeInput: { periodId: ID, reason: 'late' },
  periodCloseInput: { periodId: ID },
  periodGetInput: { periodId: ID },
  periodListInput: {},
  periodSnapshotsInput: { periodId: ID },
};

const exported: [string, unknown][] = [
  ...[batch, bundle, document, explanation, inTransit, location, reservation, sku, stock, system, transfer, virtual],
  ...[cost, costAllocation, costRecord, period],
].flatMap((module) => Object.entries(module));
const inputs = exported.flatMap(([name, value]) =>
  name.endsWith('Input') && value instanceof z.ZodType ? [[name, value] as const] : [],
);

/** The same input once for every object in it, with one key too many there. */
function withUnknownKey(value: object, key: string): object[] {
  const here = Array.isArray(value)
    ? []
    : [
        JSON.parse(
          JSON.stringify(value).replace(/\}$/, `${Object.keys(value).length > 0 ? ',' : ''}"${key}":1}`),
        ) as object,
      ];
  const inside = Object.entries(value).flatMap(([field, child]: [string, unknown]) => {
    if (typeof child !== 'object' || child === null) return [];
    return withUnknownKey(child, key).map((changed): object => {
      if (!Array.isArray(value)) return { ...value, [field]: changed };
      return value.map((element: unknown, at) => (String(at) === field ? changed : element));
    });
  });
  return [...here, ...inside];
}

test('every exported input is looked at here', () => {
  expect(inputs.map(([name]) => name).toSorted()).toEqual(Object.keys(least).toSorted());
});

describe.each(inputs)('%s', (name, schema) => {
  const given = least[name] ?? {};

  test('accepts the least that it needs', () => {
    expect(schema.safeParse(given)).toMatchObject({ success: true });
  });

  test.each(['admin', 'version', 'onHand', '__proto__', 'constructor'])(
    'refuses the unknown key %s, at every depth',
    (key) => {
      const changed = withUnknownKey(given, key);
      expect(changed.length).toBeGreaterThan(0);
      for (const each of changed) {
        const result = schema.safeParse(each);
        expect(result.error?.issues.map((issue) => issue.code)).toContain('unrecognized_keys');
      }
      expect(Reflect.get({}, 'admin')).toBeUndefined();
    },
  );

  test.each([[null], [[]], ['{}'], [5], [undefined]])('refuses %j', (other) => {
    expect(schema.safeParse(other).success).toBe(false);
  });
});
