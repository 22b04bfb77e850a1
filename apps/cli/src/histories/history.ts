/** What several clients asked of one shop at once, and what each was told: the record that is judged afterwards. */
import type { ReservationState } from '@granary/contracts/reservation';

/** One thing asked of one level. Holds and documents are known by the names that their askers gave them. */
export type Operation =
  /** A life of null outlasts the history. */
  | { readonly kind: 'reserve'; readonly hold: string; readonly quantity: number; readonly lifeMs: number | null }
  | { readonly kind: 'confirm' | 'release' | 'look'; readonly hold: string }
  /** Nobody asks for it: whoever meets a hold that is overdue ends it. */
  | { readonly kind: 'expire'; readonly hold: string }
  | { readonly kind: 'receive'; readonly document: string; readonly quantity: number }
  | { readonly kind: 'read' };

/** `ended`: the hold has ended otherwise. `missing`: there is no such hold. */
export type Refusal = 'short' | 'expired' | 'ended' | 'missing';

export type Answer =
  | { readonly kind: 'received' }
  /** `version` is the hold's own: it rises with every change of it. */
  | { readonly kind: 'hold'; readonly state: ReservationState; readonly version: number }
  | { readonly kind: 'level'; readonly onHand: number; readonly reserved: number; readonly version: number }
  | { readonly kind: 'refused'; readonly why: Refusal }
  /** No answer, or one that decides nothing: it may have happened, may happen yet, or never. */
  | { readonly kind: 'unknown' };

/** Milliseconds of one clock. What is unknown returns never. */
export interface Event {
  readonly name: string;
  readonly client: number;
  readonly calledAt: number;
  readonly returnedAt: number;
  readonly operation: Operation;
  readonly answer: Answer;
}

/** What happened to one level: levels share nothing, so each is judged by itself. */
export interface LevelHistory {
  readonly key: string;
  /** On hand before the first call, at version 1. */
  readonly opening: number;
  readonly events: readonly Event[];
}

export interface History {
  readonly seed: number;
  readonly levels: readonly LevelHistory[];
}

export const isUnknown = ({ answer }: Event): boolean => answer.kind === 'unknown';

/** What clients asked, without the looks at the end and what nobody asked for. */
export const operationsOf = ({ levels }: History): number =>
  levels.reduce((sum, { events }) => sum + events.filter(({ client }) => client >= 0).length, 0);

/** Not a client: who looks at the end, and who ends what is overdue. */
export const NOBODY = -1;
