/** A costing event as text and back. Amounts are strings of millionths: JSON has no exact numbers of their size. */
import type { Instant } from '@granary/contracts/instant';
import type { CostEvent } from '../core/event.ts';
import type { CostEventRow } from '../entities/cost-record.ts';

/** The fields that are bigints in code; no event uses these names for anything else. */
const AMOUNTS = ['value', 'amount', 'cost'] as const;

export function toEventRow(skuId: string, { id, at, type, ...fields }: CostEvent): CostEventRow {
  const said: Record<string, unknown> = fields;
  for (const name of AMOUNTS) if (typeof said[name] === 'bigint') said[name] = String(said[name]);
  return { skuId, at, eventId: id, type, body: JSON.stringify(said) };
}

export function fromEventRow({ eventId, at, type, body }: CostEventRow): CostEvent {
  const fields = JSON.parse(body) as Record<string, unknown>;
  for (const name of AMOUNTS) if (typeof fields[name] === 'string') fields[name] = BigInt(fields[name]);
  // What was written was a CostEvent, so what is read is one.
  return { ...fields, id: eventId, at: at satisfies Instant, type } as CostEvent;
}
