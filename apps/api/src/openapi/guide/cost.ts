/** How costs, accounting periods and allocations are explained. The period of the examples is long over, so that closing it is in nobody's way. */
import { example, type Guide, SOME_ID } from './guide.ts';

const POSTED =
  'Posted today, as one entry of its own: rows that stand are never edited. COST_005 and COST_006 while the period of today is frozen or closed.';
const PERIOD = { periodId: SOME_ID };
const MADE = { periodId: 'period.create#/periodId' };

const costGuide: Guide = {
  'cost.calculate': {
    summary: 'What so many units would cost',
    description:
      "As if they left now, by the SKU's own strategy or another one, layer by layer; nothing is written. COST_002 when fewer are held: a shortage has no default cost.",
    examples: example({ skuId: 'MUG', quantity: 2, strategy: 'fifo' }),
  },
  'cost.calculateMany': {
    summary: 'The same for up to 10,000 items',
    description:
      'Each is answered for itself, in the order of the items and without its layers; one that is refused says why and does not hide the others. Send it as a POST.',
    examples: example({
      items: [
        { skuId: 'MUG', quantity: 2 },
        { skuId: 'TSHIRT-M', quantity: 5, strategy: 'lifo' },
      ],
    }),
  },
  'cost.averageCost': {
    summary: 'What a unit costs on average',
    description:
      'Value by quantity at the moment of asking, half up at 6 decimals; what a unit last cost when none is held.',
    examples: example({ skuId: 'MUG' }),
  },
  'cost.inventoryValue': {
    summary: 'What stock is worth',
    description:
      'Of all SKUs or of those named, page by page; total is of all of them. By location it is the value of the SKU by quantity, the last place taking the residue.',
    examples: example({ skuIds: ['MUG', 'TSHIRT-M'], byLocation: true }),
  },
  'cost.records': {
    summary: 'Every entry of cost, page by page',
    description: 'By SKU, period, document, kind and account; of each SKU in the order in which they were appended.',
    examples: example({ skuId: 'MUG', limit: 20 }),
  },
  'cost.preview': {
    summary: 'What a receipt or an issue of the past, or a late cost, would change',
    description:
      'Periods, cost of sales, value and rows; nothing is written. Refused as the movement or the cost itself would be.',
    examples: example({
      skuId: 'MUG',
      type: 'receipt',
      quantity: 5,
      unitCost: '3.10',
      occurredAt: '2026-03-02T09:00:00Z',
    }),
  },
  'cost.strategies': {
    summary: 'The strategies that a SKU can be costed by',
    description:
      "Granary's own and those that this installation registered. COST_003 names them where another one is asked for.",
    examples: example({}),
  },
  'cost.switchStrategy': {
    summary: 'Cost a SKU by another strategy from now on',
    description: `The value of the stock is the same before and after. ${POSTED}`,
    examples: example({ skuId: 'MUG', to: 'fifo' }),
  },
  'cost.revalue': {
    summary: 'Write stock down, or a write-down back',
    description: `To net realisable value (IAS 2.28). COST_001 for more than is held. ${POSTED}`,
    examples: example({ skuId: 'MUG', amount: '-1.50', reason: 'last season’s colour' }),
  },
  'cost.standardCost': {
    summary: 'Name the standard cost of a SKU',
    description: `Of the strategy \`standard\`: goods come in at it, the rest is variance, and what is held is revalued. Others are measured against it. ${POSTED}`,
    examples: example({ skuId: 'MUG', cost: '3.00', reason: 'new year' }),
  },
  'cost.setRate': {
    summary: 'State the exchange rate of a currency from a day on',
    description:
      'Base currency for one unit. Appended, never edited: of two rates for one day the later stated counts, for what is posted after it. Refused (INV_005) while STOCK_COST_ENABLE_MULTI_CURRENCY is off.',
    examples: example({ currency: 'EUR', on: '2026-11-01', rate: '7.8123', reason: 'central bank, fixing of the day' }),
  },
  'cost.rates': {
    summary: 'The exchange rates that were stated, page by page',
    description: 'By currency, and there the last stated first.',
    examples: example({ currency: 'EUR' }),
  },
};

const periodGuide: Guide = {
  'period.create': {
    summary: 'Make an accounting period',
    description:
      'Whole days, in STOCK_TIMEZONE. COST_007 when it overlaps with another one or has its name, COST_006 when a later one is closed. Where none is made the month of a movement is made on demand (STOCK_COST_PERIOD_AUTO_CREATE).',
    examples: example({ name: '2001-01', startsOn: '2001-01-01', endsOn: '2001-01-31' }),
  },
  'period.freeze': {
    summary: 'Let nothing more into a period',
    description:
      'Waits for postings that run, then refuses all but the close (COST_005). A repeat answers the same; a closed one is COST_006.',
    examples: example(PERIOD, MADE),
  },
  'period.unfreeze': {
    summary: 'Open a frozen period again',
    description: 'For administrators, and with a reason, which is kept. A closed period stays closed (COST_006).',
    examples: example({ ...PERIOD, reason: 'a late invoice' }, MADE),
  },
  'period.close': {
    summary: 'Close a period for good',
    description:
      'In their order (INV_010 names the one before). It is frozen, automatic rules are run, periodic averages trued up, each SKU gets its snapshot, the books are proved, and the next period is made. A repeat answers the same; one that was cut off is finished by calling again, as after a caller who did not wait: very many SKUs take minutes.',
    examples: example(PERIOD, MADE),
  },
  'period.current': {
    summary: 'The period of today',
    description: 'Null when none has been made.',
    examples: example({}),
  },
  'period.get': { summary: 'One period', description: 'COST_004 when there is none.', examples: example(PERIOD, MADE) },
  'period.list': { summary: 'Periods, newest first, page by page', examples: example({ state: 'closed' }) },
  'period.snapshots': {
    summary: 'What each SKU was when a period was closed',
    description:
      'Opening, inbound, outbound, allocated and closing, page by page; the closing of one is the opening of the next. Nothing of a period that is not closed.',
    examples: example(PERIOD, MADE),
  },
};

const allocationGuide: Guide = {
  'costAllocation.createRule': {
    summary: 'Make a rule by which costs are shared out',
    description:
      'By ratio or activity each SKU has a weight; by quantity or value what is held decides when the rule is run. COST_008 when nobody would get anything; a name is taken once (INV_008).',
    examples: [
      ...example({
        name: 'freight',
        source: 'indirect',
        method: 'value',
        targets: [{ skuId: 'MUG' }, { skuId: 'TSHIRT-M' }],
      }),
      {
        name: 'automatic',
        input: {
          name: 'rent',
          source: 'indirect',
          method: 'ratio',
          targets: [
            { skuId: 'MUG', weight: '1' },
            { skuId: 'TSHIRT-M', weight: '2.5' },
          ],
          amount: '70.00',
          isAutomatic: true,
        },
      },
    ],
  },
  'costAllocation.updateRule': {
    summary: 'Change a rule',
    description:
      'Its targets, all of them anew, what it shares out at each close, and whether a close runs it. What it has shared out already stays as it is.',
    examples: example({ rule: 'rent', isAutomatic: false }),
  },
  'costAllocation.rules': { summary: 'Rules, by name, page by page', examples: example({}) },
  'costAllocation.allocate': {
    summary: 'Share an amount out by a rule',
    description: `The parts sum to it exactly. What is on hand takes its share onto the stock, what was sold into the cost of sales. ${POSTED}`,
    examples: example({ rule: 'freight', amount: '12.00' }),
  },
  'costAllocation.lateCost': {
    summary: 'Bring a cost to the goods of an earlier receipt',
    description: `Freight, duty: by what is left of them onto the stock, the rest into the cost of sales of today's period; what was closed stays as it is. With occurredAt it counts at that moment, by what was left then and in its period, which must be open; what was sold since bears its share by corrections. ${POSTED}`,
    examples: example(
      { skuId: 'MUG', documentId: SOME_ID, batchId: SOME_ID, amount: '5.00', reason: 'duty' },
      { documentId: 'inbound.purchase#/id', batchId: 'inbound.purchase#/lines/2/batchId' },
    ),
  },
  'costAllocation.list': {
    summary: 'What was shared out, newest first, page by page',
    description: 'By period.',
    examples: example({}),
  },
  'costAllocation.allocated': {
    summary: 'What has been shared out to a SKU',
    description: 'Up to the end of a day: in all, onto its stock and into its cost of sales.',
    examples: example({ skuId: 'MUG' }),
  },
};

export const costGuides: Guide = { ...costGuide, ...periodGuide, ...allocationGuide };
