/** What no single wrong value can say: two calls that do not fit together, or a call that the state of the stock forbids. */
import type { Fixtures } from '../fixtures.ts';
import type { CallInput } from '../procedure-sheet.ts';
import type { WireAnswer } from '../wire.ts';

export interface Scenario {
  /** The number in reliability.md 7.1 to 7.4. */
  readonly class: number;
  readonly procedure: string;
  readonly what: string;
  /** Brings about the state, and makes the call that is looked at. */
  readonly make: (fixtures: Fixtures) => CallInput | Promise<CallInput>;
  /** Any of these is right; '' is success. */
  readonly codes: readonly string[];
  /** Tables that a refusal may leave written: what was overdue stays expired. */
  readonly leaves?: readonly string[];
  /** What the answer must show beside its code. */
  readonly shows?: (answer: WireAnswer) => boolean;
}

/** The whole answer has each of these texts somewhere. */
export const naming =
  (...texts: readonly string[]) =>
  ({ text }: WireAnswer): boolean =>
    texts.every((each) => text.includes(each));

/** Success. */
export const DONE = [''];
export const INVALID = ['INV_005'];
export const SHORT = ['INV_002'];
export const DUPLICATE = ['INV_008'];
export const INCOMPATIBLE = ['INV_009'];
export const WRONG_STATE = ['INV_010'];
