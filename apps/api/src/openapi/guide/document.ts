/** How inbound and outbound documents are explained. */
import { example, type Guide } from './guide.ts';

const IDENTITY =
  'One transaction for all lines. A repeat with the same number and content answers the first result; other content is INV_008.';

export const inboundGuide: Guide = {
  'inbound.purchase': {
    summary: 'Receive goods',
    description: IDENTITY,
    examples: example({
      documentNo: 'PO-7001',
      supplier: 'Acme Textiles',
      occurredAt: '2026-01-15T09:30:00Z',
      lines: [
        { skuId: 'TSHIRT-M', quantity: 40, unitCost: '10.50', batchNo: 'LOT-2026-02', expiresAt: '2036-01-31' },
        { skuId: 'TSHIRT-M', quantity: 10, unitCost: '10.75', locationId: 'NORTH' },
        { skuId: 'MUG', quantity: 25, unitCost: '3.20' },
      ],
    }),
  },
  'inbound.return': {
    summary: 'Take goods back from a customer',
    description: `${IDENTITY} Name a quality level, so that what is not as new is kept apart.`,
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
  'outbound.get': {
    summary: 'One outbound document with its lines',
    description: 'By id, or by type and documentNo.',
    examples: example({ type: 'sales', documentNo: 'ORDER-1001' }),
  },
  'outbound.list': { summary: 'Outbound documents, page by page', examples: example({ orderNo: 'ORDER-1001' }) },
};
