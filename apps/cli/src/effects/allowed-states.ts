/** Which states a hold may be in, by what its caller was told: the whole of what "acknowledged" promises. */
import type { ReservationState } from '@granary/contracts/reservation';
import type { Entry, Step } from './diary.ts';

const AFTER: Readonly<Record<Step, ReservationState>> = {
  confirm: 'confirmed',
  release: 'released',
  deduct: 'fulfilled',
};

/** Of a hold that exists. */
export function allowedStates({ isShort, steps }: Pick<Entry, 'isShort' | 'steps'>): ReadonlySet<ReservationState> {
  let states = new Set<ReservationState>(isShort ? ['active', 'expired'] : ['active']);
  for (const { step, outcome } of steps) {
    if (outcome === 'refused') continue;
    // What was done is all that can be; what nobody was told of may have happened or not.
    states = outcome === 'done' ? new Set([AFTER[step]]) : states.add(AFTER[step]);
  }
  return states;
}
