/** Several callers that buy, hold, release, deduct and sell over a few hundred levels, some of which everybody wants. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inboundInput, salesInput } from '@granary/contracts/document';
import { GranaryError } from '@granary/contracts/error';
import { locationCreateInput } from '@granary/contracts/location';
import {
  confirmInput,
  deductInput,
  releaseInput,
  reserveInput,
  reserveManyInput,
} from '@granary/contracts/reservation';
import type { Domain } from '@granary/domain';
import { callHere } from '../fleet/call-here.ts';
import { createRandom, type Random } from '../sample/random.ts';

export interface Writing {
  readonly domain: Domain;
  readonly seed: number;
  readonly callers: number;
  /** Whether to go on, to rest a little, or to end. */
  readonly pace: () => 'go' | 'rest' | 'end';
}

export interface Written {
  readonly calls: number;
  /** Turned away for a reason: too little stock, a reservation that has ended. */
  readonly refused: number;
  readonly problems: readonly string[];
}

const SKUS = 120;
const PLACES = ['default', 'BERLIN'] as const;
/** A few that all callers want at once: there ids and versions are in different orders. */
const HOT = 4;
const REST_MS = 20;
/** As decided: INV_001 to INV_003, and states. INV_004 is told to whoever meets too many others. */
const REFUSALS = ['INV_001', 'INV_002', 'INV_003', 'INV_004', 'INV_010'];

export async function furnish(domain: Domain): Promise<void> {
  await domain.locations.create(locationCreateInput.parse({ locationId: 'BERLIN' }), callHere());
  for (const locationId of PLACES)
    for (let from = 0; from < SKUS; from += 40) {
      const lines = Array.from({ length: 40 }, (_, each) => line(from + each, 500, { locationId, unitCost: '1.00' }));
      const documentNo = `first-${locationId}-${from}`;
      await domain.inbound.purchase(inboundInput.parse({ documentNo, lines }), callHere());
    }
}

export async function write({ domain, seed, callers, pace }: Writing): Promise<Written> {
  const sum = { calls: 0, refused: 0, problems: [] as string[] };
  const lane = async (caller: number) => {
    const random = createRandom(seed + caller);
    const held: string[] = [];
    for (let each = 0; ; each += 1) {
      const now = pace();
      if (now === 'end') return;
      if (now === 'rest') {
        await sleep(REST_MS);
        continue;
      }
      try {
        sum.calls += 1;
        await act(domain, { random, held, name: `${seed}-${caller}-${each}` });
      } catch (error) {
        if (isRefusal(error)) sum.refused += 1;
        else sum.problems.push(`a writer failed: ${String(error)}`);
        if (sum.problems.length > 10) return;
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => lane(caller)));
  return sum;
}

interface Act {
  readonly random: Random;
  /** Reservations of this caller that have not ended. */
  readonly held: string[];
  /** No other act has it. */
  readonly name: string;
}

async function act(domain: Domain, { random, held, name }: Act): Promise<void> {
  const dice = random.next();
  const id = dice >= 0.35 && dice < 0.7 ? held.shift() : undefined;
  const hold = { type: 'cart', businessId: name, ttlSeconds: 3_600 } as const;
  if (id !== undefined && dice < 0.48) await domain.reservations.release(releaseInput.parse({ id }), callHere());
  else if (id !== undefined && dice < 0.6) await domain.reservations.deduct(deductInput.parse({ id }), callHere());
  else if (id !== undefined) {
    await domain.reservations.confirm(confirmInput.parse({ id }), callHere());
    held.push(id);
  } else if (dice < 0.5) {
    const input = reserveInput.parse({ ...hold, ...line(pick(random), random.between(1, 3)) });
    held.push((await domain.reservations.reserve(input, callHere())).id);
  } else if (dice < 0.75) {
    const lines = two(random).map((sku) => ({ ...hold, ...line(sku, 1) }));
    const made = await domain.reservations.reserveMany(reserveManyInput.parse({ lines }), callHere());
    held.push(...made.reservations.map((each) => each.id));
  } else if (dice < 0.9) {
    const lines = two(random).map((sku) => line(sku, random.between(1, 2)));
    await domain.outbound.sales(salesInput.parse({ orderNo: name, lines }), callHere());
  } else {
    const locationId = random.pick(PLACES);
    const lines = two(random).map((sku) => line(sku, random.between(5, 40), { locationId, unitCost: '1.25' }));
    await domain.inbound.purchase(inboundInput.parse({ documentNo: name, lines }), callHere());
  }
}

function line(sku: number, quantity: number, more: object = {}) {
  return { skuId: `SKU-${String(sku).padStart(3, '0')}`, quantity, ...more };
}

const pick = (random: Random) => random.between(0, random.chance(0.3) ? HOT - 1 : SKUS - 1);

function two(random: Random): readonly number[] {
  const [one, other] = [pick(random), pick(random)];
  return one === other ? [one] : [one, other];
}

function isRefusal(error: unknown): boolean {
  return error instanceof GranaryError && REFUSALS.includes(error.code);
}
