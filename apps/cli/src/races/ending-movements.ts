/** What the ledger must show of one raced reservation: received, held, and ended once, in the way that its state says. */
import type { Movement, MovementKind } from '@granary/contracts/movement';
import type { Reservation } from '@granary/contracts/reservation';

export interface EndedReservation {
  readonly movements: readonly Movement[];
  readonly final: Reservation;
  /** The deadline that it had when the race began. */
  readonly deadline: string;
  /** Whether an extension was accepted: then the deadline lies beyond the race. */
  readonly extended: boolean;
  readonly confirmed: boolean;
}

const ENDING_OF: Readonly<Partial<Record<Reservation['state'], MovementKind>>> = {
  fulfilled: 'deduct',
  released: 'release',
  expired: 'expire',
};

/** Sentences on what is wrong; none when all is well. */
export function judgeMovements({ movements, final, deadline, extended, confirmed }: EndedReservation): string[] {
  const problems: string[] = [];
  const inOrder = movements.toSorted((a, b) => a.version - b.version);
  const kinds = inOrder.map(({ kind }) => kind);
  const ending = ENDING_OF[final.state];
  const expected = ['receive', 'reserve', ...(ending === undefined ? [] : [ending])];
  if (ending === undefined) problems.push(`it is still ${final.state} after a release and a deduct`);
  if (kinds.join() !== expected.join())
    problems.push(`the ledger says ${kinds.join(', ')} and its state is ${final.state}`);
  if (final.held !== 0 || final.fulfilled !== (final.state === 'fulfilled' ? final.quantity : 0))
    problems.push(`held ${final.held}, fulfilled ${final.fulfilled}`);
  const last = inOrder.at(-1);
  if (last?.kind === 'expire' && last.recordedAt < deadline) problems.push('it expired before its deadline');
  // Without a deadline any more, or with a later one, it may leave at any time.
  const alive = extended || confirmed;
  if (
    last !== undefined &&
    (last.kind === 'deduct' || last.kind === 'release') &&
    !alive &&
    last.recordedAt >= deadline
  ) {
    problems.push(`a ${last.kind} was accepted after the deadline`);
  }
  return problems;
}
