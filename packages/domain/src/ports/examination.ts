/** One look of the doctor, wherever it is taken: in the database, or around the process by the platform. */
import type { Ailment } from '@granary/contracts/doctor';
import type { Call } from '../call.ts';

/** Puts something right, through the ordinary ways; doing it twice does no harm. */
export type Cure = (call: Call) => Promise<unknown>;

/** Something that is wrong. */
export interface Sign {
  readonly ailment: Ailment;
  /** The row or the place, by its keys: two signs of one ailment in one place are the same. */
  readonly where: string;
  readonly detail: string;
  /** Left out where a person must decide. One cure may serve several signs. */
  readonly cure?: Cure | undefined;
  /** Why a person must decide here, where the ailment alone does not say it. */
  readonly why?: string | undefined;
}

export interface Look {
  readonly signs: readonly Sign[];
  /** After which key the next part begins; undefined at the end. */
  readonly next: string | undefined;
  /** How much was looked at. */
  readonly looked: number;
}

export interface Examination {
  /** All that it can find. */
  readonly finds: readonly Ailment[];
  /** The part behind this key; '' begins. Changes nothing. */
  readonly look: (after: string) => Promise<Look>;
}

/** A look that is taken at once. */
export function atOnce(signs: readonly Sign[], looked = 1): Look {
  return { signs, next: undefined, looked };
}
