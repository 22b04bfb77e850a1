/** SKUs and locations. */
import type { Fixtures } from '../fixtures.ts';
import type { Sheets } from '../procedure-sheet.ts';
import { page } from './values.ts';

const settings = (fixtures: Fixtures) => ({
  ...{ spuId: fixtures.name(), name: 'A name', unit: 'piece', status: 'active', shelfLifeDays: 30 },
  ...{ attributes: { colour: 'blue' }, defaultStrategy: 'fifo' },
});
const place = { name: 'A name', priority: 5, isActive: true };

export const skuSheets: Sheets = {
  'sku.create': {
    calls: [(fixtures) => ({ skuId: fixtures.name(), ...settings(fixtures), serialTracked: false })],
    writes: ['sku'],
    keeps: ['skuId', 'spuId'],
  },
  'sku.update': {
    calls: [async (fixtures) => ({ skuId: await fixtures.sku(), ...settings(fixtures) })],
    writes: ['sku'],
    keeps: ['spuId'],
  },
  'sku.get': { calls: [async (fixtures) => ({ skuId: await fixtures.sku() })] },
  'sku.attributes': { calls: [async (fixtures) => ({ skuId: await fixtures.sku() })] },
  'sku.list': {
    calls: [async (fixtures) => ({ spuId: (await fixtures.family()).spuId, status: 'active', ...page })],
  },
  'location.create': {
    calls: [(fixtures) => ({ locationId: fixtures.name(), ...place })],
    writes: ['location'],
    keeps: ['locationId'],
  },
  'location.update': {
    calls: [async (fixtures) => ({ locationId: await fixtures.location(), ...place })],
    writes: ['location'],
  },
  'location.get': { calls: [async (fixtures) => ({ locationId: await fixtures.location() })] },
  'location.list': { calls: [() => page] },
};
