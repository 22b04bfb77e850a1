/** Ways to break one rule of serials, expected receipts, back-dating and refusals from outside: the model must notice every one of them as well. */
import { GranaryError } from '@granary/contracts/error';
import type { SubjectDomain } from '@granary/testkit/model/subject';
import { inService, type Break } from './broken-operations.ts';

function withoutSerials<T extends { readonly serials?: unknown }>({ serials: _serials, ...line }: T) {
  return line;
}

async function withoutNextSupply<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof GranaryError) || error.kind !== 'insufficientStock') throw error;
    const { lines } = error.details as { lines: readonly { nextSupply?: unknown }[] };
    const { message, hint } = error;
    const told = lines.map(({ nextSupply: _nextSupply, ...line }) => line);
    throw new GranaryError('insufficientStock', { message, hint, details: { lines: told } as never });
  }
}

export const brokenPieces: Readonly<Record<string, Break>> = {
  'a piece that is named is not the one that is sold': inService('outbound', ({ sales }) => ({
    sales: (input, call) => sales({ ...input, lines: input.lines.map(withoutSerials) }, call),
  })),
  'a piece that is named is not the one that is deducted': inService('reservations', ({ deduct }) => ({
    deduct: (input, call) => deduct(withoutSerials(input), call),
  })),
  'a split does not ask which pieces': inService('batches', ({ split }) => ({
    split: (input, call) => split(withoutSerials(input), call),
  })),
  'a piece forgets its first day': inService('serials', ({ get }) => ({
    async get(input) {
      const found = await get(input);
      return { ...found, history: found.history.slice(1) };
    },
  })),
  'what arrives was never expected': inService('inbound', ({ purchase }) => ({
    purchase: ({ inTransitId: _id, expectedReference: _reference, ...input }, call) => purchase(input, call),
  })),
  'what was called off is still expected': inService('inTransit', ({ get }) => ({
    cancel: ({ inTransitId }) => get({ inTransitId }),
  })),
  'nobody tells what comes next': inService('reservations', ({ reserve, reserveMany }) => ({
    reserve: (input, call) => withoutNextSupply(reserve(input, call)),
    reserveMany: (input, call) => withoutNextSupply(reserveMany(input, call)),
  })),
  'anybody may tell late what happened': (domain): SubjectDomain => ({
    ...domain,
    inbound: {
      ...domain.inbound,
      purchase: (input, call) => domain.inbound.purchase(input, { ...call, mayBackdate: true }),
    },
    outbound: {
      ...domain.outbound,
      sales: (input, call) => domain.outbound.sales(input, { ...call, mayBackdate: true }),
    },
  }),
  'a virtual SKU is cut off from what is held of it': inService('virtuals', ({ update }) => ({
    update: ({ realSkuId: _realSkuId, batchId: _batchId, ...input }, call) => update({ cap: null, ...input }, call),
  })),
};
