/** A cost state as text and back, for the opening of the next period; amounts are strings of millionths. */
import type { CostState } from '../core/state.ts';

export function toStateText(state: CostState): string {
  return JSON.stringify(state, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
}

export function fromStateText(text: string): CostState {
  // What was written was a CostState; in it every `value`, and nothing else, was a bigint.
  return JSON.parse(text, (name, each: unknown) =>
    name === 'value' && typeof each === 'string' ? BigInt(each) : each,
  ) as CostState;
}
