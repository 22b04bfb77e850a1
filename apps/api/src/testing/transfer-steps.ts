/** The part of the walk over every procedure that moves goods from place to place, and tells what is on its way. */
import type { Earlier, ProcedureStep } from './procedure-step.ts';
import { pick } from './stub-api.ts';

const journey = { fromLocationId: 'default', toLocationId: 'NORTH', expectedAt: '2036-01-01T00:00:00Z' };
const goods = { skuId: 'MOVED', quantity: 3 };
const expected = { expectedAt: '2036-02-01T00:00:00Z' };
const comingOf = (earlier: Earlier) => ({ inTransitId: pick(earlier('inTransit.create'), 'id') });

export const transferSteps: readonly ProcedureStep[] = [
  ['inbound.purchase', () => ({ documentNo: 'MOVED', lines: [{ skuId: 'MOVED', quantity: 12, unitCost: '2.00' }] })],
  ['transfer.create', () => ({ transferNo: 'T1', ...journey, lines: [goods] })],
  ['transfer.get', () => ({ transferNo: 'T1' })],
  ['transfer.list', () => ({ skuId: 'MOVED' })],
  ['transfer.ship', () => ({ transferNo: 'T1' })],
  ['transfer.receive', () => ({ transferNo: 'T1', documentNo: 'T1-A', lines: [{ line: 1, quantity: 1 }] })],
  ['transfer.writeOff', () => ({ transferNo: 'T1', lines: [{ line: 1, quantity: 1 }], reason: 'broken on the way' })],
  ['inbound.transfer', () => ({ transferNo: 'T1', documentNo: 'T1-B' })],
  ['outbound.transfer', () => ({ transferNo: 'T2', ...journey, lines: [goods] })],
  ['transfer.cancel', () => ({ transferNo: 'T2', reason: 'came back' })],
  [
    'inTransit.create',
    () => ({
      ...{ reference: 'PO-77', source: 'purchase', supplier: 'Acme', ...expected },
      lines: [{ skuId: 'MOVED', locationId: 'NORTH', quantity: 5 }],
    }),
  ],
  ['inTransit.get', comingOf],
  ['inTransit.update', (earlier) => ({ ...comingOf(earlier), expectedAt: '2036-03-01T00:00:00Z' })],
  ['inTransit.list', () => ({ skuId: 'MOVED' })],
  ['inTransit.cancel', (earlier) => ({ ...comingOf(earlier), reason: 'ordered elsewhere' })],
];
