/** A call with a key that a fault meets, and the same call again: one effect, and the answer that the first one had or should have had. */
import { GranaryError } from '@granary/contracts/error';
import type { Domain } from '@granary/domain';
import type { FaultRule } from '@granary/testkit/fault-proxy';
import { callHere } from '../fleet/call-here.ts';
import { hold, purchase, sale } from './inputs.ts';
import type { Testbed } from './testbed.ts';

export type ActName = 'hold' | 'sale' | 'purchase';
export const actNames: readonly ActName[] = ['hold', 'sale', 'purchase'];

export interface Act {
  /** Of the key, and of the business. */
  readonly name: string;
  readonly kind: ActName;
  readonly skuId: string;
  readonly deadlineMs?: number;
}

const EFFECTS: Readonly<Record<ActName, string>> = {
  hold: 'SELECT reservation_id FROM reservation WHERE business_id = ?',
  sale: `SELECT document_id FROM stock_document WHERE type = 'sales' AND document_no = ?`,
  purchase: `SELECT document_id FROM stock_document WHERE type = 'purchase' AND document_no = ?`,
};

export function doIt(domain: Domain, { name, kind, skuId, deadlineMs }: Act): Promise<unknown> {
  const call = deadlineMs === undefined ? callHere() : { ...callHere(), deadlineMs };
  const idempotencyKey = name;
  switch (kind) {
    case 'hold':
      return domain.reservations.reserve({ ...hold(skuId, 1, name), idempotencyKey }, call);
    case 'sale':
      return domain.outbound.sales(sale(name, { skuId, quantity: 1 }, { idempotencyKey }), call);
    case 'purchase':
      return domain.inbound.purchase(purchase(name, [{ skuId, quantity: 1 }], { idempotencyKey }), call);
  }
}

/** How often it is there, whatever anybody was told. */
export async function effectsOf(bed: Testbed, { name, kind }: Pick<Act, 'name' | 'kind'>): Promise<number> {
  return (await bed.ask(EFFECTS[kind], [name])).length;
}

export interface Repeated {
  readonly problems: readonly string[];
  /** How the first call ended: done, or its code. */
  readonly first: string;
  readonly firstMs: number;
}

/** Makes the call, makes it again with its key, and looks. */
export async function repeated(bed: Testbed, act: Act): Promise<Repeated> {
  const { domain } = bed.api.granary;
  const startedAt = performance.now();
  const [first] = await Promise.allSettled([doIt(domain, act)]);
  const firstMs = Math.round(performance.now() - startedAt);
  const [second] = await Promise.allSettled([doIt(domain, { ...act, deadlineMs: 10_000 })]);
  const effects = await effectsOf(bed, act);
  const problems = [
    ...(first?.status === 'rejected' ? notMeant(act, first.reason) : []),
    ...(second?.status === 'rejected' ? [`the repeat of ${act.name} failed: ${String(second.reason)}`] : []),
    ...(effects === 1 ? [] : [`${act.name} has ${effects} effects`]),
    ...(first?.status === 'fulfilled' && second?.status === 'fulfilled' && !isSame(first.value, second.value)
      ? [`${act.name} was answered in two ways`]
      : []),
  ];
  return { problems, first: first?.status === 'rejected' ? codeOf(first.reason) : 'done', firstMs };
}

export interface Struck extends Repeated {
  readonly struck: number;
}

/** The same while a rule of the proxy waits for it. */
export async function struckOn(bed: Testbed, act: Act, rule: FaultRule): Promise<Struck> {
  const injection = bed.line.inject(rule);
  try {
    return { ...(await repeated(bed, act)), struck: injection.struck() };
  } finally {
    injection.remove();
  }
}

/** Whoever is not answered must be told so, and that to repeat it helps. */
function notMeant({ name }: Act, error: unknown): readonly string[] {
  const isMeant = error instanceof GranaryError && error.code === 'INV_012' && error.toAnswer().retryable;
  return isMeant ? [] : [`${name} was answered by ${String(error)}`];
}

export function codeOf(error: unknown): string {
  return error instanceof GranaryError ? error.code : String(error);
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
