/** Ways to break one rule of the operations on stock from outside: the model must notice every one of them as well. */
import type { SubjectDomain } from '@granary/testkit/model/subject';

export type Break = (domain: SubjectDomain) => SubjectDomain;

/** Changes some calls of one service. */
export function inService<S extends keyof SubjectDomain>(
  service: S,
  change: (calls: SubjectDomain[S], domain: SubjectDomain) => Partial<SubjectDomain[S]>,
): Break {
  return (domain) => ({ ...domain, [service]: { ...domain[service], ...change(domain[service], domain) } });
}

function withoutOrigin<T extends object>(line: T): T {
  const origin = ['originalDocumentId', 'originalDocumentNo', 'originalLine', 'reservationId'];
  return Object.fromEntries(Object.entries(line).filter(([name]) => !origin.includes(name))) as T;
}

export const brokenOperations: Readonly<Record<string, Break>> = {
  'a return forgets what it comes back from': inService('inbound', ({ return: comeBack }) => ({
    return: (input, call) =>
      comeBack({ ...input, lines: input.lines.map((line) => ({ unitCost: '1.00', ...withoutOrigin(line) })) }, call),
  })),
  'goods go back to a supplier without their purchase': inService('outbound', ({ supplierReturn }) => ({
    supplierReturn: (input, call) => supplierReturn({ ...input, lines: input.lines.map(withoutOrigin) }, call),
  })),
  'a named batch is not the one that is damaged': inService('outbound', ({ damage }) => ({
    damage: (input, call) => {
      const lines = input.lines.map(({ batchId: _batchId, ...line }) => line);
      return damage({ ...input, lines }, call);
    },
  })),
  'a document is taken back by another number': inService('outbound', ({ reverse }) => ({
    reverse: ({ documentNo: _documentNo, ...input }, call) => reverse(input, call),
  })),
  'a lock holds one unit of each batch': inService('locks', ({ business }) => ({
    business: (input, call) =>
      business({ ...input, batches: input.batches.map(({ batchId }) => ({ batchId, quantity: 1 })) }, call),
  })),
  'an operation freezes one batch alone': inService('locks', ({ operation }) => ({
    operation: (input, call) => operation({ ...input, batchIds: input.batchIds.slice(0, 1) }, call),
  })),
  'a released lock stays': inService('locks', ({ get }) => ({ release: ({ lockId }) => get({ lockId }) })),
  'the sweep of locks does nothing': inService('locks', () => ({
    expireDue: () => Promise.resolve({ expired: 0, lockIds: [] }),
  })),
  'a merge gives the target another number': inService('batches', ({ merge }) => ({
    merge: (input, call) => merge({ ...input, targetBatchNo: `${input.targetBatchNo}x` }, call),
  })),
  'a split makes one child': inService('batches', ({ split }) => ({
    split: (input, call) => split({ ...input, quantities: input.quantities.slice(0, 1) }, call),
  })),
  'a corrected date is forgotten': inService('batches', ({ update }) => ({
    update: ({ expiresAt: _expiresAt, ...input }, call) => update({ attributes: null, ...input }, call),
  })),
  'the sweep of batches does nothing': inService('batches', () => ({
    expireDue: () => Promise.resolve({ expired: 0, batchIds: [] }),
  })),
  'a recall ends as soon as it has begun': inService('batches', ({ recall }, { locks }) => ({
    async recall(input, call) {
      const answer = await recall(input, call);
      await locks.release({ lockId: answer.lock.id, reason: 'too soon' }, call);
      return answer;
    },
  })),
  'an adjustment is one unit off': inService('adjustments', ({ adjust }) => ({
    adjust: (input, call) => adjust({ ...input, delta: input.delta > 1 ? input.delta - 1 : input.delta }, call),
  })),
  'a count of yesterday is accepted': inService('adjustments', ({ count }, { stock }) => ({
    async count(input, call) {
      const { skuId, locationId = 'default' } = input;
      const { items } = await stock.levels({ skuId, locationId, limit: 1 });
      return await count({ ...input, onHandVersion: items[0]?.onHandVersion ?? 0 }, call);
    },
  })),
  'a bundle has one of each part': inService('bundles', ({ update }) => ({
    update: (input, call) =>
      update({ ...input, components: input.components.map(({ skuId }) => ({ skuId, quantity: 1 })) }, call),
  })),
  'a cap is forgotten': inService('virtuals', ({ create }) => ({
    create: ({ cap: _cap, ...input }, call) => create(input, call),
  })),
  'a receipt of a part takes in everything': inService('transfers', ({ receive }) => ({
    receive: ({ lines: _lines, ...input }, call) => receive(input, call),
  })),
  'what a cancelled transfer carried is lost': inService('transfers', ({ cancel, writeOff, get }) => ({
    async cancel(input, call) {
      const { state } = await get(
        input.transferId === undefined ? { transferNo: input.transferNo } : { transferId: input.transferId },
      );
      if (state !== 'shipped' && state !== 'partlyReceived') return await cancel(input, call);
      const { documentNo: _documentNo, ...rest } = input;
      return await writeOff(rest, call);
    },
  })),
};
