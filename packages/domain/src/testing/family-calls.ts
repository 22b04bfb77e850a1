/** Calls on reservations as values, and what they come to whatever ids and moments they meet. */
import { GranaryError } from '@granary/contracts/error';
import { hold, inbound, receipt } from './inputs.ts';
import { openTestDomain, type TestDomain, type TestDomainOptions } from './test-domain.ts';

export type Call = (at: TestDomain) => Promise<unknown>;
export const reserve =
  (...given: Parameters<typeof hold>): Call =>
  ({ domain, call }) =>
    domain.reservations.reserve(hold(...given), call);
export const order = (businessId: string) => ({ type: 'order' as const, businessId });
export const confirm =
  (of: string): Call =>
  ({ domain, call }) =>
    domain.reservations.confirm(order(of), call);
export const deduct =
  (of: string): Call =>
  ({ domain, call }) =>
    domain.reservations.deduct(order(of), call);
export const release =
  (of: string): Call =>
  ({ domain, call }) =>
    domain.reservations.release(order(of), call);
export const extend =
  (of: string): Call =>
  ({ domain, call }) =>
    domain.reservations.extend({ ...order(of), ttlSeconds: 7200 }, call);
export const convert =
  (from: string, to: string): Call =>
  ({ domain, call }) =>
    domain.reservations.convert({ from: order(from), to: order(to) }, call);
export const many =
  (...lines: ReturnType<typeof hold>[]): Call =>
  ({ domain, call }) =>
    domain.reservations.reserveMany({ lines }, call);

/** Ids and moments differ from run to run; everything else is compared. */
export function comparable(value: unknown): unknown {
  const volatile = /^(?:id|reservationId|batchId|createdAt|endedAt|expiresAt|cause|causes|reservationIds)$/;
  const text = JSON.stringify(value, (key, each: unknown) => (volatile.test(key) && each !== null ? '*' : each));
  return JSON.parse(text.replaceAll(/[0-9A-HJKMNP-TV-Z]{26}/g, '*'));
}

export async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return comparable(await work);
  } catch (error) {
    if (!(error instanceof GranaryError)) return String(error);
    return comparable({ kind: error.kind, message: error.message, details: error.details });
  }
}

/** Twelve of A in two batches, five of B, three of C; two of A are held by each of three orders, and two of B by a fourth. */
export async function stocked(options: TestDomainOptions = {}): Promise<TestDomain> {
  const at = await openTestDomain(options);
  const lines = [
    receipt('A', 6, { batchNo: 'A1' }),
    receipt('A', 6, { batchNo: 'A2' }),
    receipt('B', 5),
    receipt('C', 3),
  ];
  await at.domain.inbound.purchase(inbound('P', lines), at.call);
  for (const businessId of ['O-1', 'O-2', 'O-3']) await reserve('A', 2, businessId)(at);
  await reserve('B', 2, 'O-4')(at);
  return at;
}
