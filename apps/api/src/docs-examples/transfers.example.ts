/** Ten mugs in two lots travel north: some arrive, one breaks, some come back; and more are expected from their maker. */
import type { Row } from './render.ts';
import type { OutputOf, Session } from './session.ts';

const NORTH = { fromLocationId: 'default', toLocationId: 'NORTH' };
const lots = [6, 4].map((quantity, at) => ({ skuId: 'MUG', quantity, unitCost: '3.20', batchNo: `LOT-${at + 1}` }));

export async function transfersExample(session: Session): Promise<Record<string, readonly Row[]>> {
  const { call, refusal } = session;
  await call('location.create', { locationId: 'NORTH' });
  await call('inbound.purchase', { documentNo: 'PO-1', lines: lots });
  const steps: Row[] = [];
  const note = async (step: string) => {
    const { state, lines } = await call('transfer.get', { transferNo: 'TR-1' });
    const [{ shipped, received, inTransit, writtenOff, returned } = NOTHING] = lines;
    steps.push({ step, state, shipped, received, inTransit, writtenOff, returned, ...(await shelves(session)) });
  };
  const transferNo = 'TR-1';
  await call('transfer.create', { transferNo, ...NORTH, lines: [{ skuId: 'MUG', quantity: 8 }] });
  await note('transfer.create of 8');
  await call('transfer.ship', { transferNo });
  await note('transfer.ship');
  const first = await call('transfer.receive', { transferNo, documentNo: 'TR-1/1', lines: [{ line: 1, quantity: 3 }] });
  await note('transfer.receive of 3');
  await call('transfer.writeOff', { transferNo, lines: [{ line: 1, quantity: 1 }], reason: 'dropped' });
  await note('transfer.writeOff of 1');
  const told = await toldOf(session, first.document.id);
  await call('transfer.cancel', { transferNo, reason: 'sold here after all' });
  await note('transfer.cancel');
  told.push({ call: 'receive what was cancelled', answer: await refusal('transfer.receive', { transferNo }) });
  return { steps, batches: batchesOf(await call('transfer.get', { transferNo })), told };
}

/** What a wrong or repeated call is told while four mugs are on the way. */
async function toldOf({ call, refusal }: Session, firstId: string): Promise<Row[]> {
  const transferNo = 'TR-1';
  return [
    {
      call: 'receive TR-1/1 again',
      answer:
        (await call('transfer.receive', { transferNo, documentNo: 'TR-1/1', lines: [{ line: 1, quantity: 3 }] }))
          .document.id === firstId
          ? 'the first receipt'
          : 'another receipt',
    },
    {
      call: 'receive TR-1/1 with another quantity',
      answer: await refusal('transfer.receive', {
        transferNo,
        documentNo: 'TR-1/1',
        lines: [{ line: 1, quantity: 2 }],
      }),
    },
    {
      call: 'receive 5, of which 4 are on the way',
      answer: await refusal('transfer.receive', {
        transferNo,
        documentNo: 'TR-1/2',
        lines: [{ line: 1, quantity: 5 }],
      }),
    },
    {
      call: 'say that nothing more comes, and no word of the 4',
      answer: await refusal('transfer.receive', {
        ...{ transferNo, documentNo: 'TR-1/2', isFinal: true },
        lines: [{ line: 1, quantity: 1, batchNo: 'LOT-2' }],
      }),
    },
    {
      call: 'send 9 more, of which 2 are free',
      answer: await refusal('outbound.transfer', {
        transferNo: 'TR-2',
        ...NORTH,
        lines: [{ skuId: 'MUG', quantity: 9 }],
      }),
    },
  ];
}

const NOTHING = { shipped: 0, received: 0, inTransit: 0, writtenOff: 0, returned: 0 };

async function shelves({ call }: Session): Promise<Row> {
  const { items } = await call('stock.levels', { skuId: 'MUG' });
  const at = (locationId: string) => items.find((level) => level.locationId === locationId)?.onHand ?? 0;
  return { default: at('default'), NORTH: at('NORTH') };
}

function batchesOf({ lines }: OutputOf<'transfer.get'>): Row[] {
  return lines.flatMap(({ batches }) =>
    batches.map(({ batchNo, unitCost, shipped, received, inTransit, writtenOff, returned }) => {
      return { batch: batchNo, unitCost, shipped, received, inTransit, writtenOff, returned };
    }),
  );
}

export async function inTransitExample({ call, failure }: Session): Promise<Record<string, readonly Row[]>> {
  await call('location.create', { locationId: 'NORTH' });
  await call('inbound.purchase', { documentNo: 'PO-1', lines: [{ skuId: 'CUP', quantity: 5, unitCost: '1.10' }] });
  const order = { supplier: 'Acme', lines: [{ skuId: 'CUP', quantity: 20 }] };
  const { id } = await call('inTransit.create', {
    reference: 'ORDERED-1',
    expectedAt: '2036-03-01T08:00:00Z',
    ...order,
  });
  await call('inTransit.create', {
    ...{ reference: 'ORDERED-0', expectedAt: '2026-01-01T08:00:00Z', supplier: 'Acme' },
    lines: [{ skuId: 'CUP', quantity: 2, locationId: 'NORTH' }],
  });
  await call('outbound.transfer', {
    ...{ transferNo: 'TR-1', ...NORTH, expectedAt: '2036-02-01T08:00:00Z' },
    lines: [{ skuId: 'CUP', quantity: 2 }],
  });
  await call('inbound.purchase', {
    ...{ documentNo: 'PO-2', expectedReference: 'ORDERED-1' },
    lines: [{ skuId: 'CUP', quantity: 8, unitCost: '1.10' }],
  });
  const { items } = await call('inTransit.list', { skuId: 'CUP' });
  const list = items.toReversed().map(({ source, reference, status, expectedAt, overdue, lines: [line] }): Row => {
    const { locationId = '', quantity = 0, received = 0, outstanding = 0 } = line ?? {};
    return { source, reference, at: locationId, quantity, received, outstanding, status, expectedAt, overdue };
  });
  const stock = await call('stock.available', { skuId: 'CUP' });
  const shelf = stock.locations.map(({ locationId, available, inTransit }): Row => {
    return { at: locationId, available, coming: inTransit?.quantity ?? 0, next: inTransit?.nextExpectedAt ?? null };
  });
  const answer = await failure('reservation.reserve', {
    ...{ skuId: 'CUP', quantity: 30, type: 'order', businessId: 'ORDER-1', locationId: 'default' },
  });
  await call('inTransit.cancel', { inTransitId: id, reason: 'sold out' });
  return { list, shelf, short: shortOf(answer) };
}

interface Short {
  readonly lines: readonly {
    readonly requested: number;
    readonly available: number;
    readonly nextSupply?: { readonly expectedAt: string | null; readonly quantity: number };
  }[];
}

function shortOf({ code, details }: { readonly code: string; readonly details: unknown }): Row[] {
  return (details as Short).lines.map(({ requested, available, nextSupply }) => ({
    ...{ code, requested, available },
    ...{ nextQuantity: nextSupply?.quantity ?? 0, nextExpectedAt: nextSupply?.expectedAt ?? null },
  }));
}
