/** Every input of every procedure: a least one is accepted, and an unknown key is refused wherever an object stands. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import * as batch from './batch.ts';
import * as document from './document.ts';
import * as location from './location.ts';
import * as reservation from './reservation.ts';
import * as sku from './sku.ts';
import * as stock from './stock.ts';
import * as system from './system.ts';

const ID = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
const line = { skuId: 'S', quantity: 1, type: 'order', businessId: 'O-1' };
const order = { type: 'order', businessId: 'O-1' };

/** The least that each input needs. */
const least: Readonly<Record<string, object>> = {
  batchCreateInput: { skuId: 'S', batchNo: 'B', unitCost: '1' },
  batchGetInput: { batchId: ID },
  batchListInput: {},
  inboundInput: { documentNo: 'PO-1', lines: [{ skuId: 'S', quantity: 1, unitCost: '1' }] },
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
};

const exported: [string, unknown][] = [batch, document, location, reservation, sku, stock, system].flatMap((module) =>
  Object.entries(module),
);
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
