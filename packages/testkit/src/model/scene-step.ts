/** Calls as scenes make them: what they do not say is the plainest there is. */
import type { InboundLine, TakingLine } from '@granary/contracts/document';
import type { ReserveLine } from '@granary/contracts/reservation';
import type { Stage } from './stage.ts';
import type { MutationStep, Step } from './state.ts';

export function line(of: Partial<ReserveLine> = {}): ReserveLine {
  return { skuId: 'C', quantity: 1, type: 'order', businessId: 'b1', lineId: '', replace: false, ...of };
}

export function reserve(of: Partial<ReserveLine> = {}): Step {
  return { procedure: 'reservation.reserve', input: line(of) };
}

export function reserveMany(...lines: readonly Partial<ReserveLine>[]): Step {
  return { procedure: 'reservation.reserveMany', input: { lines: lines.map(line) } };
}

export function goods(of: Partial<InboundLine> = {}): InboundLine {
  return { skuId: 'C', locationId: 'default', batchNo: 'n2', quantity: 3, unitCost: '1.00', qualityLevel: 'A', ...of };
}

/** Three C in the batch n2, which the furnished world does not have. */
export function purchase(of: Partial<InboundLine> = {}, documentNo = 'p1'): MutationStep {
  return { procedure: 'inbound.purchase', input: { documentNo, lines: [goods(of)] } };
}

export function sell(of: Partial<TakingLine> = {}, documentNo = 'x1'): MutationStep {
  const { skuId = 'C', quantity = 1, ...more } = of;
  return { procedure: 'outbound.sales', input: { orderNo: 'b1', documentNo, lines: [{ skuId, quantity, ...more }] } };
}

export function convert(from: string, to: string): Step {
  return {
    procedure: 'reservation.convert',
    input: { from: { type: 'cart', businessId: from }, to: { type: 'order', businessId: to } },
  };
}

export function merge(batchIds: string[], targetBatchNo: string): Step {
  return { procedure: 'batch.merge', input: { batchIds, targetBatchNo } };
}

export function split(batchId: string, quantities: number[] = [1]): Step {
  return { procedure: 'batch.split', input: { batchId, quantities } };
}

export function recall(batchNo = 'n1'): Step {
  const said = { reason: 'mould', operator: 'op', otherLocations: false };
  return { procedure: 'batch.recall', input: { skuId: 'C', batchNo, ...said } };
}

export function lockSome(batchId: string, quantity = 1): Step {
  const named = { type: 'promotion', businessId: 'l1', reason: 'kept', ttlSeconds: 1500 };
  return { procedure: 'lock.business', input: { batches: [{ batchId, quantity }], ...named } };
}

export function freeze(...batchIds: string[]): Step {
  const said = { operationType: 'inspection', operator: 'op', reason: 'looked at' };
  return { procedure: 'lock.operation', input: { batchIds, ...said } };
}

/** Two of a SKU from `default` to `east`, on their way at once. */
export function send(skuId = 'A', transferNo = 't1'): Step {
  const input = { transferNo, fromLocationId: 'default', toLocationId: 'east', lines: [{ skuId, quantity: 2 }] };
  return { procedure: 'outbound.transfer', input };
}

/** What the sale x1 took comes back: one unit, where nothing else is said. */
export function comeBack({ document, state }: Stage, of: { quantity?: number; qualityLevel?: string } = {}): Step {
  const originalDocumentId = document('x1');
  const sold = [...state.world.documents.values()].find((each) => each.id === originalDocumentId)?.answer.lines[0];
  const { skuId = 'C', serials } = sold ?? {};
  const line = { skuId, locationId: 'default', originalDocumentId, originalLine: 1, quantity: 1, ...of };
  const named = serials === undefined ? line : { ...line, serials: [...serials] };
  return { procedure: 'inbound.return', input: { documentNo: 'back', lines: [named] } };
}
