/** Mugs are bought, made, sold, returned, sent back and written off; one document is taken back. */
import type { Document } from '@granary/contracts/document';
import type { Row } from './render.ts';
import type { Session } from './session.ts';

const MUG = { skuId: 'MUG', locationId: 'default' };

/** What one document did, as its answer tells it. */
const linesOf = ({ type, documentNo, lines }: Pick<Document, 'type' | 'documentNo' | 'lines'>): Row[] =>
  lines.map(({ batchNo, quantity, unitCost }) => ({ type, documentNo, batch: batchNo, quantity, unitCost }));

export async function documentsExample(session: Session): Promise<Record<string, readonly Row[]>> {
  const { call } = session;
  const opened = await call('inbound.opening', {
    documentNo: 'OPENING',
    asOf: '2026-01-01T00:00:00Z',
    lines: [{ skuId: 'MUG', quantity: 4, unitCost: '3.00', batchNo: 'OLD' }],
  });
  const bought = await call('inbound.purchase', {
    ...{ documentNo: 'PO-1', supplier: 'Acme' },
    lines: [{ skuId: 'MUG', quantity: 10, unitCost: '3.20', batchNo: 'LOT-1' }],
  });
  const sold = await call('outbound.sales', { orderNo: 'ORDER-1', lines: [{ skuId: 'MUG', quantity: 6 }] });
  const flow = [opened, bought, sold].flatMap(linesOf);
  const returns = await returnsOf(session);
  const back = await call('outbound.supplierReturn', {
    ...{ documentNo: 'SR-1', supplier: 'Acme', reason: 'glaze' },
    lines: [{ skuId: 'MUG', quantity: 3, originalDocumentNo: 'PO-1', originalLine: 1 }],
  });
  const broken = await call('outbound.damage', {
    ...{ documentNo: 'DMG-1', reason: 'dropped', operator: 'Ann' },
    lines: [{ skuId: 'MUG', quantity: 1 }],
  });
  const why = { operator: 'Ann', reason: 'it was another cup' };
  const undone = await call('outbound.reverse', { documentId: broken.id, documentNo: 'DMG-1-UNDONE', ...why });
  return {
    flow: [...flow, ...linesOf(back), ...linesOf(broken)],
    returns,
    reversal: [...linesOf(broken), ...linesOf(undone)],
    refusals: await refusalsOf(session, { sold, broken, bought }),
  };
}

async function returnsOf({ call, refusal }: Session): Promise<Row[]> {
  const original = { originalDocumentNo: 'ORDER-1', originalLine: 1 };
  const returning = (documentNo: string, line: object) => ({ documentNo, lines: [{ ...MUG, quantity: 1, ...line }] });
  const good = await call('inbound.return', returning('RT-1', { ...original, quantity: 5 }));
  const chipped = await call('inbound.return', returning('RT-2', { ...original, qualityLevel: 'B' }));
  const rows = [...linesOf(good), ...linesOf(chipped)].map((row) => ({ ...row, answer: 'done' }));
  const answer = await refusal('inbound.return', returning('RT-3', original));
  return [...rows, { type: 'return', documentNo: 'RT-3', batch: null, quantity: 1, unitCost: null, answer }];
}

async function refusalsOf(
  { refusal }: Session,
  { sold, broken, bought }: Readonly<Record<'sold' | 'broken' | 'bought', Pick<Document, 'id'>>>,
): Promise<Row[]> {
  const why = { operator: 'Ann', reason: 'mistake' };
  const late = { skuId: 'MUG', quantity: 1, unitCost: '3.00' };
  return [
    {
      call: 'reverse ORDER-1, of which goods came back',
      answer: await refusal('outbound.reverse', { documentId: sold.id, ...why }),
    },
    {
      call: 'reverse PO-1, of which goods went back to Acme',
      answer: await refusal('inbound.reverse', { documentId: bought.id, ...why }),
    },
    {
      call: 'reverse DMG-1 under another number',
      answer: await refusal('outbound.reverse', { documentId: broken.id, documentNo: 'AGAIN', ...why }),
    },
    {
      call: 'an opening balance of what has moved',
      answer: await refusal('inbound.opening', { documentNo: 'LATE', asOf: '2026-01-01T00:00:00Z', lines: [late] }),
    },
    {
      call: 'PO-1 with another quantity',
      answer: await refusal('inbound.purchase', { documentNo: 'PO-1', lines: [late] }),
    },
    {
      call: '100 mugs broken',
      answer: await refusal('outbound.damage', {
        documentNo: 'DMG-2',
        reason: 'flood',
        lines: [{ skuId: 'MUG', quantity: 100 }],
      }),
    },
  ];
}

/** Where STOCK_ALLOW_NEGATIVE is set: three cups are there and five are sold, then four arrive. */
export async function deficitExample({ call }: Session): Promise<Record<string, readonly Row[]>> {
  const rows: Row[] = [];
  const note = async (after: string) => {
    const [level] = (await call('stock.levels', { skuId: 'CUP' })).items;
    const { available } = await call('stock.check', { skuId: 'CUP' });
    rows.push({ after, onHand: level?.onHand ?? null, deficit: level?.deficit ?? null, available });
  };
  const receive = (documentNo: string, quantity: number) =>
    call('inbound.purchase', { documentNo, lines: [{ skuId: 'CUP', quantity, unitCost: '1.10' }] });
  await receive('PO-1', 3);
  await note('PO-1 brought 3');
  await call('outbound.sales', { orderNo: 'ORDER-1', lines: [{ skuId: 'CUP', quantity: 5 }] });
  await note('ORDER-1 took 5');
  const second = await receive('PO-2', 4);
  await note('PO-2 brought 4');
  const { items } = await call('stock.movements', { documentId: second.id });
  const ledger = items.map(({ kind, onHandDelta, deficitDelta, onHand, deficit }) => ({
    ...{ document: 'PO-2', kind, onHandDelta, deficitDelta, onHand, deficit },
  }));
  return { deficit: rows, settling: ledger };
}
