/** A real api with stock, a hold, a receipt and a sale at each of two places, and a token that is limited to one of them. */
import { localPrincipal } from '@granary/contracts/permission';
import { expect } from 'vitest';
import { openRealApi, type RealApi } from '../../testing/real-api.ts';
import { type Answer, pick, post } from '../../testing/stub-api.ts';

export interface Ids {
  readonly saleId: unknown;
  readonly documentId: unknown;
  readonly batchId: unknown;
  readonly reservationId: unknown;
  readonly lockId: unknown;
}

export interface TwoPlaces {
  readonly api: RealApi;
  /** What stands HERE, where the limited token belongs. */
  readonly own: Ids;
  /** What stands THERE. */
  readonly foreign: Ids;
  /** By the limited token, through REST; other tests say that both doors answer alike. */
  send(procedure: string, input: unknown): Promise<Answer>;
  /** The same, which must succeed. */
  done(procedure: string, input: unknown): Promise<unknown>;
  /** By one who may do everything everywhere; must succeed. */
  doneByAll(procedure: string, input: unknown): Promise<unknown>;
}

const call = { caller: { actor: 'local', address: null, agent: null, requestId: 'setup' } };

export async function openTwoPlaces(): Promise<TwoPlaces> {
  const api = await openRealApi({ GRANARY_ACCESS: 'tokens' });
  const { tokens, locations } = api.granary.domain;
  const made = await tokens.create({ name: 'all', role: 'admin' }, call, localPrincipal);
  for (const locationId of ['HERE', 'THERE']) await locations.create({ locationId }, call);
  const one = { name: 'one', role: 'admin', locationIds: ['HERE'] } as const;
  const limited = await tokens.create({ ...one, locationIds: [...one.locationIds] }, call, localPrincipal);

  const sendAs = (token: string | null, procedure: string, input: unknown): Promise<Answer> =>
    post(`${api.url}/v1/${procedure.replace('.', '/')}`, input, { authorization: `Bearer ${token}` });
  const doneBy =
    (token: string | null) =>
    async (procedure: string, input: unknown): Promise<unknown> => {
      const answer = await sendAs(token, procedure, input);
      expect([procedure, answer.status, answer.text]).toEqual([procedure, 200, expect.anything()]);
      return answer.body;
    };
  const doneByAll = doneBy(made.token);
  return {
    api,
    own: await furnish(doneByAll, 'HERE'),
    foreign: await furnish(doneByAll, 'THERE'),
    send: (procedure, input) => sendAs(limited.token, procedure, input),
    done: doneBy(limited.token),
    doneByAll,
  };
}

async function furnish(done: TwoPlaces['doneByAll'], locationId: string): Promise<Ids> {
  const line = { skuId: 'A', quantity: 50, unitCost: '2', locationId };
  const document = await done('inbound.purchase', { documentNo: `PO-${locationId}`, lines: [line] });
  const [first] = pick(document, 'lines') as unknown[];
  const hold = { skuId: 'A', quantity: 5, type: 'order', businessId: `O-${locationId}`, locationId };
  const reservation = await done('reservation.reserve', hold);
  const sold = { orderNo: `S-${locationId}`, lines: [{ skuId: 'A', quantity: 1, locationId }] };
  const batchId = pick(first, 'batchId');
  const kept = { type: 'promotion', businessId: `L-${locationId}`, reason: 'kept' };
  return {
    saleId: pick(await done('outbound.sales', sold), 'id'),
    documentId: pick(document, 'id'),
    batchId,
    reservationId: pick(reservation, 'id'),
    lockId: pick(await done('lock.business', { batches: [{ batchId, quantity: 1 }], ...kept }), 'id'),
  };
}
