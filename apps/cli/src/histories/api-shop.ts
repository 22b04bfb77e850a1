/** The shop that is judged: api processes over HTTP. What was not answered is asked again with its key, or left unknown. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type GranaryClient, GranaryError } from '@granary/client';
import type { Reservation } from '@granary/contracts/reservation';
import type { Answer, Refusal } from './history.ts';
import type { Shop } from './record.ts';

type Call = Parameters<Shop['ask']>[0];

const REFUSALS: Readonly<Record<string, Refusal>> = {
  INV_002: 'short',
  INV_003: 'expired',
  INV_010: 'ended',
  INV_007: 'missing',
};
const LONG_LIFE_SECONDS = 3_600;
/** Of those without an answer, one in so many is left at that: the effect may then be there or not. */
const LEFT_UNKNOWN = 2;
const REPEATS = 6;
const OPENING_REPEATS = 100;
const REST_MS = 150;

/** @param clients the api processes, one after the other for each repeat */
export function createApiShop(clients: readonly GranaryClient[]): Shop {
  const clientOf = (turn: number): GranaryClient => {
    const client = clients[turn % clients.length];
    if (client === undefined) throw new Error('there is no api');
    return client;
  };
  let unanswered = 0;
  return {
    async open(key, quantity) {
      for (let repeat = 0; ; repeat += 1) {
        try {
          await receive(clientOf(repeat), { name: `${key}-opening`, key }, quantity);
          return;
        } catch (error) {
          if (repeat === OPENING_REPEATS) throw error;
          await sleep(REST_MS);
        }
      }
    },
    async ask(call) {
      for (let repeat = 0; ; repeat += 1) {
        const answer = await tell(clientOf(call.client + repeat), call);
        if (answer.kind !== 'unknown') return answer;
        if (repeat === 0) unanswered += 1;
        if (unanswered % LEFT_UNKNOWN === 0 || repeat === REPEATS) return answer;
        await sleep(REST_MS);
      }
    },
  };
}

async function tell(client: GranaryClient, call: Call): Promise<Answer> {
  try {
    return await perform(client, call);
  } catch (error) {
    const why = error instanceof GranaryError ? REFUSALS[error.code] : undefined;
    return why === undefined ? { kind: 'unknown' } : { kind: 'refused', why };
  }
}

async function perform(client: GranaryClient, call: Call): Promise<Answer> {
  const { name, key, operation } = call;
  switch (operation.kind) {
    case 'reserve': {
      const { hold, quantity, lifeMs } = operation;
      const ttlSeconds = lifeMs === null ? LONG_LIFE_SECONDS : lifeMs / 1000;
      const wanted = { skuId: key, quantity, ...target(hold), ttlSeconds, idempotencyKey: name };
      return holdOf(await client.reservation.reserve.mutate(wanted));
    }
    case 'confirm': {
      const { reservations } = await client.reservation.confirm.mutate({
        ...target(operation.hold),
        idempotencyKey: name,
      });
      return holdOf(reservations[0]);
    }
    case 'release': {
      const { reservations } = await client.reservation.release.mutate({
        ...target(operation.hold),
        idempotencyKey: name,
      });
      return holdOf(reservations[0]);
    }
    case 'receive':
      return receive(client, call, operation.quantity);
    case 'read': {
      const { locations } = await client.stock.available.query({ skuId: key });
      const [level] = locations;
      if (level === undefined) throw new Error(`${key} has no level`);
      return { kind: 'level', onHand: level.onHand, reserved: level.reserved, version: level.version };
    }
    case 'look':
    case 'expire':
      throw new Error(`nobody asks for ${operation.kind}`);
  }
}

const target = (businessId: string) => ({ type: 'order' as const, businessId });

async function receive(
  client: GranaryClient,
  { name, key }: Pick<Call, 'name' | 'key'>,
  quantity: number,
): Promise<Answer> {
  // One batch, so that every change of the level is one movement.
  const lines = [{ skuId: key, quantity, unitCost: '1.00', batchNo: key }];
  await client.inbound.purchase.mutate({ documentNo: name, lines, idempotencyKey: name });
  return { kind: 'received' };
}

function holdOf(reservation: Pick<Reservation, 'state' | 'version'> | undefined): Answer {
  if (reservation === undefined) throw new Error('the answer names no reservation');
  return { kind: 'hold', state: reservation.state, version: reservation.version };
}
