/** How SKUs, locations and batches are explained. */
import { example, type Guide, SOME_ID } from './guide.ts';

const SKU = 'TSHIRT-M';

export const catalogGuide: Guide = {
  'location.create': {
    summary: 'Add a warehouse or store',
    description: 'The location `default` is always there, so whoever has one warehouse never needs this.',
    examples: example({ locationId: 'NORTH', name: 'North warehouse', priority: 20 }),
  },
  'location.update': {
    summary: 'Change name, priority or whether it serves',
    description: 'An inactive location keeps its stock, but nothing is reserved or sold from it.',
    examples: example({ locationId: 'NORTH', priority: 10 }),
  },
  'location.get': { summary: 'One location', examples: example({ locationId: 'NORTH' }) },
  'location.list': { summary: 'All locations, page by page', examples: example({ limit: 50 }) },
  'sku.create': {
    summary: 'Add a SKU',
    description: 'Not needed before a first receipt unless STOCK_AUTO_CREATE_SKU is false. An existing one is INV_008.',
    examples: [
      ...example({ skuId: SKU, spuId: 'TSHIRT', name: 'T-shirt, medium', attributes: { colour: 'blue' } }),
      { name: 'serial-tracked', input: { skuId: 'PHONE', name: 'Phone', serialTracked: true } },
    ],
  },
  'sku.update': {
    summary: 'Change what a SKU says of itself',
    description: 'Fields left out stay as they are; null clears those that may be empty.',
    examples: example({ skuId: SKU, unit: 'piece', defaultStrategy: 'fefo' }),
  },
  'sku.get': { summary: 'One SKU', examples: example({ skuId: SKU }) },
  'sku.attributes': {
    summary: 'The attributes of a SKU, with what is sealed of them opened',
    description:
      'Everywhere else a sealed value is {"$sealed": "…"}. INV_012 while ENCRYPTION_KEYS lacks the key that sealed it; docs/operations.md.',
    examples: example({ skuId: SKU }),
  },
  'sku.list': { summary: 'SKUs, page by page', examples: example({ spuId: 'TSHIRT', status: 'active' }) },
  'batch.create': {
    summary: 'Open a batch, with or without stock',
    description: 'A number that the SKU already has at any location is INV_008; use an inbound document to top one up.',
    examples: example({ skuId: SKU, batchNo: 'LOT-2026-01', quantity: 5, unitCost: '9.80', producedOn: '2026-01-02' }),
  },
  'batch.get': {
    summary: 'One batch',
    examples: example({ batchId: SOME_ID }, { batchId: 'batch.create#/batchId' }),
  },
  'batch.attributes': {
    summary: 'The attributes of a batch, with what is sealed of them opened',
    description: 'As sku.attributes.',
    examples: example({ batchId: SOME_ID }, { batchId: 'batch.create#/batchId' }),
  },
  'batch.list': { summary: 'Batches, page by page', examples: example({ skuId: SKU, status: 'available' }) },
};
