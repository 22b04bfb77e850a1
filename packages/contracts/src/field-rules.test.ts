/** What fields of one input say about each other, and the bounds of lists: refused, and at which path. */
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { batchCreateInput } from './batch.ts';
import { documentGetInput, inboundInput, salesInput } from './document.ts';
import { locationCreateInput } from './location.ts';
import * as reservation from './reservation.ts';
import { skuCreateInput } from './sku.ts';
import * as stock from './stock.ts';

const ID = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
const soon = '2026-11-20T10:00:00Z';
const line = { skuId: 'S', quantity: 1, type: 'order', businessId: 'O-1' };
const goods = { skuId: 'S', quantity: 1, unitCost: '1.00' };
const lot = { skuId: 'S', batchNo: 'B', unitCost: '1.00' };
const order = { type: 'order', businessId: 'O-1' };
const cart = { type: 'cart', businessId: 'O-1' };
const times = (count: number, item: object) => Array.from({ length: count }, () => item);

describe.each<[string, z.ZodType, [string, object, string | undefined][]]>([
  [
    'reserving',
    reservation.reserveInput,
    [
      ['a life in seconds', { ...line, ttlSeconds: 60 }, undefined],
      ['a deadline', { ...line, expiresAt: soon }, undefined],
      ['both', { ...line, ttlSeconds: 60, expiresAt: soon }, 'expiresAt'],
      ['no life at all', { ...line, ttlSeconds: 0 }, 'ttlSeconds'],
      ['a life of three hundred years', { ...line, ttlSeconds: 10_000_000_000 }, 'ttlSeconds'],
      ['no batch of those that are named', { ...line, batchIds: [] }, 'batchIds'],
      ['a batch by its number', { ...line, batchIds: ['LOT-1'] }, 'batchIds.0'],
      ['an unknown kind of document', { ...line, type: 'Cart' }, 'type'],
      ['days of the past', { ...line, minRemainingDays: -1 }, 'minRemainingDays'],
    ],
  ],
  [
    'reserving many',
    reservation.reserveManyInput,
    [
      ['two hundred lines', { lines: times(200, line) }, undefined],
      ['one more', { lines: times(201, line) }, 'lines'],
      ['none', { lines: [] }, 'lines'],
      ['a hole', { lines: [line, null] }, 'lines.1'],
      [
        'a line that says two things',
        { lines: [line, { ...line, ttlSeconds: 1, expiresAt: soon }] },
        'lines.1.expiresAt',
      ],
    ],
  ],
  [
    'confirming',
    reservation.confirmInput,
    [
      ['one by its id', { id: ID }, undefined],
      ['all of an order', order, undefined],
      ['both', { id: ID, ...order }, 'id'],
      ['an id and half an order', { id: ID, type: 'order' }, 'id'],
      ['half an order', { type: 'order' }, 'id'],
      ['nothing', {}, 'id'],
    ],
  ],
  [
    'deducting',
    reservation.deductInput,
    [
      ['a part of one', { id: ID, quantity: 1 }, undefined],
      ['all of an order', order, undefined],
      ['a part of an order', { ...order, quantity: 1 }, 'quantity'],
      ['nothing of one', { id: ID, quantity: 0 }, 'quantity'],
    ],
  ],
  [
    'extending',
    reservation.extendInput,
    [
      ['by seconds', { id: ID, ttlSeconds: 1 }, undefined],
      ['to a moment', { id: ID, expiresAt: soon }, undefined],
      ['by nothing', { id: ID }, 'ttlSeconds'],
      ['by both', { id: ID, ttlSeconds: 1, expiresAt: soon }, 'ttlSeconds'],
    ],
  ],
  [
    'converting',
    reservation.convertInput,
    [
      ['a cart into the order of the same number', { from: cart, to: order }, undefined],
      ['an order into itself', { from: order, to: order }, 'to'],
    ],
  ],
  [
    'sweeping',
    reservation.expireDueInput,
    [
      ['five hundred', { limit: 500 }, undefined],
      ['more', { limit: 501 }, 'limit'],
      ['none', { limit: 0 }, 'limit'],
    ],
  ],
  [
    'listing reservations',
    reservation.reservationListInput,
    [
      ['by state', { state: 'confirmed' }, undefined],
      ['by nothing', {}, 'businessId'],
      ['by kind alone', { type: 'order' }, 'businessId'],
    ],
  ],
  [
    'receiving',
    inboundInput,
    [
      ['a thousand lines', { documentNo: 'D', lines: times(1000, goods) }, undefined],
      ['one more', { documentNo: 'D', lines: times(1001, goods) }, 'lines'],
      ['none', { documentNo: 'D', lines: [] }, 'lines'],
      ['a line instead of lines', { documentNo: 'D', lines: goods }, 'lines'],
      [
        'goods that expire on the day on which they were made',
        { documentNo: 'D', lines: [{ ...goods, producedOn: '2026-11-20', expiresAt: '2026-11-20' }] },
        undefined,
      ],
      [
        'goods that expired before they were made',
        { documentNo: 'D', lines: [goods, { ...goods, producedOn: '2026-11-20', expiresAt: '2026-11-19' }] },
        'lines.1.expiresAt',
      ],
      [
        'goods that expired the moment before',
        { documentNo: 'D', lines: [{ ...goods, producedOn: '2026-11-20', expiresAt: '2026-11-19T23:59:59Z' }] },
        'lines.0.expiresAt',
      ],
      ['goods without a cost', { documentNo: 'D', lines: [{ skuId: 'S', quantity: 1 }] }, 'lines.0.unitCost'],
      [
        'another day than days have',
        { documentNo: 'D', occurredAt: '2026-11-31T00:00:00Z', lines: [goods] },
        'occurredAt',
      ],
    ],
  ],
  [
    'creating a batch',
    batchCreateInput,
    [
      ['without stock', lot, undefined],
      ['that expired before it was made', { ...lot, producedOn: '2026-11-20', expiresAt: '2026-11-19' }, 'expiresAt'],
    ],
  ],
  [
    'selling',
    salesInput,
    [
      ['a thousand lines', { orderNo: 'O', lines: times(1000, { skuId: 'S', quantity: 1 }) }, undefined],
      ['one more', { orderNo: 'O', lines: times(1001, { skuId: 'S', quantity: 1 }) }, 'lines'],
      ['for nobody', { lines: [{ skuId: 'S', quantity: 1 }] }, 'orderNo'],
    ],
  ],
  [
    'reading a document',
    documentGetInput,
    [
      ['by its id', { id: ID }, undefined],
      ['by its number', { type: 'sales', documentNo: 'D' }, undefined],
      ['by a number without a kind', { documentNo: 'D' }, 'id'],
      ['by both', { id: ID, documentNo: 'D' }, 'id'],
    ],
  ],
  [
    'reading what is available',
    stock.stockAvailableInput,
    [
      ['of a product', { spuId: 'P' }, undefined],
      ['of a product and a SKU', { spuId: 'P', skuId: 'S' }, 'skuId'],
      ['of nothing', {}, 'skuId'],
    ],
  ],
  [
    'checking many',
    stock.stockCheckManyInput,
    [
      ['five hundred SKUs', { skuIds: times(500, {}).map((_, at) => `S${at}`) }, undefined],
      ['one more', { skuIds: times(501, {}).map((_, at) => `S${at}`) }, 'skuIds'],
      ['none', { skuIds: [] }, 'skuIds'],
    ],
  ],
  [
    'reading the ledger',
    stock.stockMovementsInput,
    [
      ['of a command', { commandId: ID }, undefined],
      ['of a SKU and a command', { skuId: 'S', commandId: ID }, 'skuId'],
      ['of nothing', { kinds: ['ship'] }, 'skuId'],
      ['of kinds that are none', { skuId: 'S', kinds: ['stolen'] }, 'kinds.0'],
    ],
  ],
  [
    'describing a SKU',
    skuCreateInput,
    [
      ['with a shelf life of a day', { skuId: 'S', shelfLifeDays: 1 }, undefined],
      ['with none', { skuId: 'S', shelfLifeDays: 0 }, 'shelfLifeDays'],
      ['as half active', { skuId: 'S', status: 'ACTIVE' }, 'status'],
    ],
  ],
  [
    'describing a place',
    locationCreateInput,
    [
      ['that is asked first', { locationId: 'L', priority: 0 }, undefined],
      ['that is asked before the first', { locationId: 'L', priority: -1 }, 'priority'],
    ],
  ],
])('%s', (_what, schema, cases) => {
  test.for(cases)('%s', ([_case, given, path]) => {
    const { error } = schema.safeParse(given);
    expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual(path === undefined ? undefined : [path]);
  });
});
