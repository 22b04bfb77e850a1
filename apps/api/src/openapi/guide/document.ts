/** How inbound and outbound documents are explained. */
import { example, type Guide, SOME_ID } from './guide.ts';

const IDENTITY =
  'One transaction for all lines. A repeat with the same number and content answers the first result; other content is INV_008.';

export const inboundGuide: Guide = {
  'inbound.purchase': {
    summary: 'Receive goods',
    description: IDENTITY,
    examples: [
      ...example({
        documentNo: 'PO-7001',
        supplier: 'Acme Textiles',
        lines: [
          { skuId: 'TSHIRT-M', quantity: 40, unitCost: '10.50', batchNo: 'LOT-2026-02', expiresAt: '2036-01-31' },
          { skuId: 'TSHIRT-M', quantity: 10, unitCost: '10.75', locationId: 'NORTH' },
          { skuId: 'MUG', quantity: 25, unitCost: '3.20' },
        ],
      }),
      {
        name: 'serials',
        input: {
          documentNo: 'PO-7002',
          lines: [{ skuId: 'PHONE', quantity: 2, unitCost: '310.00', serials: ['SN-0001', 'SN-0002'] }],
        },
      },
    ],
  },
  'inbound.production': {
    summary: 'Take in what was made',
    description: `${IDENTITY} Names the work order, where there is one.`,
    examples: example({
      documentNo: 'MADE-12',
      workOrderNo: 'WO-77',
      operator: 'Ann',
      lines: [{ skuId: 'GIFT-BOX', quantity: 30, unitCost: '18.40', batchNo: 'BOX-1' }],
    }),
  },
  'inbound.opening': {
    summary: 'Begin with the stock that is there',
    description: `${IDENTITY} Before the first movement of each SKU: INV_010 names those that have moved. The goods count as received at asOf.`,
    examples: example({
      documentNo: 'OPENING-2026',
      asOf: '2026-01-01T00:00:00Z',
      lines: [{ skuId: 'TEAPOT', quantity: 12, unitCost: '21.00', batchNo: 'OLD-1', expiresAt: '2036-12-31' }],
    }),
  },
  'inbound.reverse': {
    summary: 'Take an inbound document back',
    description:
      'Appends the opposite of every line, in the same batches at the same costs. Once; INV_010 when goods are not free any more or came back to the supplier already.',
    examples: example(
      { documentId: SOME_ID, operator: 'Ann', reason: 'posted twice' },
      { documentId: 'inbound.production#/id' },
    ),
  },
  'inbound.return': {
    summary: 'Take goods back from a customer',
    description:
      `${IDENTITY} Name a quality level, so that what is not as new is kept apart. With an original (originalDocumentId or originalDocumentNo, ` +
      'and originalLine; or reservationId for deducted goods) they come back at the cost at which they left, no more than left; unitCost is then left out.',
    examples: example({
      documentNo: 'RT-310',
      reason: 'wrong size',
      lines: [{ skuId: 'TSHIRT-M', quantity: 1, unitCost: '10.50', qualityLevel: 'B' }],
    }),
  },
  'inbound.get': {
    summary: 'One inbound document with its lines',
    description: 'By id, or by type and documentNo.',
    examples: example({ type: 'purchase', documentNo: 'PO-7001' }),
  },
  'inbound.list': { summary: 'Inbound documents, page by page', examples: example({ type: 'purchase' }) },
};

export const outboundGuide: Guide = {
  'outbound.sales': {
    summary: 'Ship an order',
    description:
      'Takes what the order has reserved first (confirmed before active), then free stock. All lines or none: INV_002 names every short one. ' +
      IDENTITY,
    examples: example({
      orderNo: 'ORDER-1001',
      lines: [
        { skuId: 'TSHIRT-M', quantity: 2 },
        { skuId: 'MUG', quantity: 1 },
      ],
    }),
  },
  'outbound.damage': {
    summary: 'Write off what is broken, lost or expired',
    description: `Free stock only; expired goods where the line names their batch. ${IDENTITY}`,
    examples: example({
      documentNo: 'DMG-4',
      reason: 'dropped',
      operator: 'Ann',
      lines: [{ skuId: 'MUG', quantity: 1 }],
    }),
  },
  'outbound.pick': {
    summary: 'Take goods out for use in the house',
    description: `Such as material for production; free stock only. ${IDENTITY}`,
    examples: example({
      documentNo: 'PICK-8',
      workOrderNo: 'WO-77',
      lines: [{ skuId: 'MUG', quantity: 2, strategy: 'fefo' }],
    }),
  },
  'outbound.supplierReturn': {
    summary: 'Send goods back to their supplier',
    description: `A line may name the purchase line that brought them: no more than it brought and nobody sent back. ${IDENTITY}`,
    examples: example({
      documentNo: 'BACK-2',
      supplier: 'Acme Textiles',
      reason: 'wrong colour',
      lines: [{ skuId: 'MUG', quantity: 2, originalDocumentNo: 'PO-7001', originalLine: 3 }],
    }),
  },
  'outbound.reverse': {
    summary: 'Take an outbound document back',
    description:
      'The goods come back into the batches that they left, also merged ones, as free stock; what a reservation had held is not held again. Once; INV_010 when some came back already.',
    examples: example(
      { documentId: SOME_ID, operator: 'Ann', reason: 'found again' },
      { documentId: 'outbound.damage#/id' },
    ),
  },
  'outbound.get': {
    summary: 'One outbound document with its lines',
    description: 'By id, or by type and documentNo.',
    examples: example({ type: 'sales', documentNo: 'ORDER-1001' }),
  },
  'outbound.list': { summary: 'Outbound documents, page by page', examples: example({ orderNo: 'ORDER-1001' }) },
};
