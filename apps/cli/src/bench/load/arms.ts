/** What is compared: the references and the engine, each as one call of one request for one unit. */
import { randomUUID } from 'node:crypto';
import type { Granary } from '@granary/platform/granary';
import type { Pool } from 'mysql2/promise';
import { createFullReference } from '../reference/full-reference.ts';
import { createSlimReference } from '../reference/slim-reference.ts';
import type { CallOnce } from './closed-loop.ts';
import { call } from './stock.ts';

export type ArmName = 'UPDATE' | 'REF' | 'REF-FULL' | 'Granary';

export interface Arm {
  readonly name: string;
  readonly call: CallOnce;
}

export interface Compared {
  readonly granary: Pick<Granary, 'domain'>;
  readonly references: Pool;
}

/** All of them want the SKUs that `demand` tells, one after the other. */
export function armsOn(
  { granary, references }: Compared,
  demand: () => string,
): readonly (Arm & { readonly name: ArmName })[] {
  const slim = createSlimReference(references);
  const full = createFullReference(references);
  return [
    { name: 'UPDATE', call: () => slim.update(demand()) },
    { name: 'REF', call: () => slim.reserve(demand()) },
    { name: 'REF-FULL', call: () => full.reserve(demand()) },
    { name: 'Granary', call: reserving(granary, demand) },
  ];
}

/** Keys of carts rise, as those of shops that number their carts do; REF-FULL's do so as well. */
export function reserving({ domain }: Pick<Granary, 'domain'>, demand: () => string): CallOnce {
  const next = businessIds();
  return () =>
    domain.reservations.reserve(
      { skuId: demand(), quantity: 1, type: 'cart', businessId: next(), lineId: '', replace: false },
      call,
    );
}

/** Every line is of another SKU, and wants one unit. */
export function reservingMany({ domain }: Pick<Granary, 'domain'>, order: () => readonly string[]): CallOnce {
  const next = businessIds();
  return () => {
    const line = { quantity: 1, type: 'cart', businessId: next(), lineId: '', replace: false } as const;
    return domain.reservations.reserveMany({ lines: order().map((skuId) => ({ ...line, skuId })) }, call);
  };
}

/** Different ones for every engine and process. */
function businessIds(): () => string {
  const ofThisEngine = randomUUID().slice(0, 8);
  let made = 0;
  return () => `cart-${ofThisEngine}-${String((made += 1)).padStart(9, '0')}`;
}
