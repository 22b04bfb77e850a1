/** A valid call of every procedure about transfers and expected receipts, with every field filled in. */
import type { BaseInputs, MakeBase } from './base-inputs.ts';
import type { Fixtures } from './fixtures.ts';

const page = { limit: 10 };
const FAR = '2031-06-30T00:00:00Z';
const BEFORE = '2026-01-02T03:04:05Z';
const said = () => ({ occurredAt: new Date().toISOString(), operator: 'Somebody', reason: 'A reason' });

const plan = async (fixtures: Fixtures) => {
  const [goods, other] = [await fixtures.stocked(), await fixtures.stocked()];
  const { skuId, batchId, qualityLevel } = goods;
  return {
    ...{ transferNo: fixtures.name(), fromLocationId: goods.locationId, toLocationId: other.locationId },
    ...{ expectedAt: FAR, operator: 'Somebody', reason: 'A reason' },
    lines: [{ skuId, quantity: 1, batchId, strategy: 'fifo', qualityLevel }],
  };
};

const received: MakeBase = async (fixtures): Promise<BaseInputs> => {
  const [numbered, named] = [await fixtures.transfer(), await fixtures.transfer()];
  const arrived = (batchNo: string) => ({
    ...{ documentNo: fixtures.name(), lines: [{ line: 1, batchNo, quantity: 1 }] },
    ...{ isFinal: true, writeOff: { reason: 'A reason' }, ...said() },
  });
  return [
    { transferNo: numbered.transferNo, ...arrived(numbered.batchNo) },
    { transferId: named.transferId, ...arrived(named.batchNo) },
  ];
};

export const transferCalls: Readonly<Record<string, MakeBase>> = {
  'transfer.create': async (fixtures) => [await plan(fixtures)],
  'outbound.transfer': async (fixtures) => [{ ...(await plan(fixtures)), occurredAt: new Date().toISOString() }],
  'transfer.ship': async (fixtures) => {
    const { occurredAt } = said();
    const [numbered, named] = [await fixtures.transfer('draft'), await fixtures.transfer('draft')];
    return [
      { transferNo: numbered.transferNo, occurredAt },
      { transferId: named.transferId, occurredAt },
    ];
  },
  'transfer.receive': received,
  'inbound.transfer': received,
  'transfer.writeOff': async (fixtures) => {
    const [numbered, named] = [await fixtures.transfer(), await fixtures.transfer()];
    const lost = { lines: [{ line: 1, batchNo: numbered.batchNo, quantity: 1 }], reason: 'A reason' };
    return [
      { transferNo: numbered.transferNo, ...lost },
      { transferId: named.transferId, reason: 'A reason' },
    ];
  },
  'transfer.cancel': async (fixtures) => {
    const [numbered, named] = [await fixtures.transfer(), await fixtures.transfer()];
    return [
      { transferNo: numbered.transferNo, documentNo: fixtures.name(), reason: 'A reason' },
      { transferId: named.transferId, reason: 'A reason' },
    ];
  },
  'transfer.get': async (fixtures) => {
    const { transferId, transferNo } = await fixtures.transfer();
    return [{ transferNo }, { transferId }];
  },
  'transfer.list': async (fixtures) => {
    const { skuId, fromLocationId, toLocationId } = await fixtures.transfer();
    return [{ state: 'shipped', fromLocationId, toLocationId, skuId, ...page }];
  },
  'inTransit.create': async (fixtures) => {
    const { skuId, locationId } = await fixtures.stocked();
    const lines = [{ skuId, locationId, quantity: 5 }];
    return [{ reference: fixtures.name(), source: 'purchase', supplier: 'A supplier', expectedAt: FAR, lines }];
  },
  'inTransit.update': async (fixtures) => [
    { inTransitId: (await fixtures.expected()).inTransitId, expectedAt: FAR, lines: [{ line: 1, quantity: 7 }] },
  ],
  'inTransit.cancel': async (fixtures) => [
    { inTransitId: (await fixtures.expected()).inTransitId, reason: 'A reason' },
  ],
  'inTransit.get': async (fixtures) => [{ inTransitId: (await fixtures.expected()).inTransitId }],
  'inTransit.list': async (fixtures) => {
    const { skuId, locationId } = await fixtures.expected();
    return [{ skuId, locationId, status: 'expected', source: 'purchase', from: BEFORE, to: FAR, ...page }];
  },
};
