/** How reading stock is explained. */
import { example, type Guide } from './guide.ts';

const SKU = 'TSHIRT-M';

export const stockGuide: Guide = {
  'stock.check': {
    summary: 'Can this be sold now',
    description: 'The fast question of a shop page. It decides nothing: only a reservation holds stock.',
    examples: example({ skuId: SKU }),
  },
  'stock.checkMany': {
    summary: 'Can these be sold now',
    description: 'Up to 500 SKUs, answered in the order asked.',
    examples: example({ skuIds: [SKU, 'MUG'] }),
  },
  'stock.available': {
    summary: 'How much there is, by location',
    description: 'Of one SKU, or summed over the SKUs of a product: name either skuId or spuId.',
    examples: [
      { name: 'ofSku', input: { skuId: SKU } },
      { name: 'ofProduct', input: { spuId: 'TSHIRT', includeReserved: true } },
    ],
  },
  'stock.allocate': {
    summary: 'Which batches would serve',
    description: 'A plan that changes nothing, and for every batch passed over the reason.',
    examples: example({ skuId: SKU, quantity: 8, strategy: 'fefo' }),
  },
  'stock.explain': {
    summary: 'Why available is what it is',
    description: 'Every level, batch and reservation that adds to it or takes from it.',
    examples: example({ skuId: SKU }),
  },
  'stock.asOf': {
    summary: 'A level at a moment in the past',
    description: 'From the ledger, by the time at which things were recorded.',
    examples: example({ skuId: SKU, at: '2026-01-01T00:00:00Z' }),
  },
  'stock.movements': {
    summary: 'The ledger, page by page',
    description: 'Of a SKU, a command or a document: name one of skuId, commandId, documentId.',
    examples: example({ skuId: SKU, kinds: ['receive', 'deduct'], limit: 20 }),
  },
  'stock.levels': { summary: 'Stock levels, page by page', examples: example({ skuId: SKU }) },
  'stock.lowStock': {
    summary: 'What is low or out of stock',
    description: 'From the alerts that stand (docs/alerts.md), newest first; the balances are of now.',
    examples: example({ severity: 'critical' }),
  },
  'stock.configure': {
    summary: 'Thresholds of a level, and whether it serves',
    description: 'null goes back to the configured default. The critical threshold is at most the warning one.',
    examples: example({ skuId: SKU, warningThreshold: 10, criticalThreshold: 3 }),
  },
  'stock.watch': {
    summary: 'Hear of every change of a level, and of alerts',
    description:
      'A stream of server-sent events that goes on: `event:` is the kind of an item, `id:` its place. Come back with the last id (as lastEventId or the header Last-Event-ID) and nothing is missed; a `reset` says to read the levels anew. A level follows the version named in previousVersion; a version that is known already is a repeat.',
    examples: example({ skuIds: [SKU] }),
  },
};
