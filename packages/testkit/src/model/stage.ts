/** What a scene is played on: a furnished world in which every call must end as the scene says and as the oracle says. */
import { expectEqual } from '../oracle/verdict.ts';
import { execute } from './execute.ts';
import { advanceClock, type ModelState, type Step } from './state.ts';
import type { Subject } from './subject.ts';
import type { Tally } from './tally.ts';

/** A short life of the world in which one situation arises or one rule decides. */
export type Scene = (stage: Stage) => Promise<void>;

export interface Stage {
  readonly state: ModelState;
  /** Makes a call that must succeed, or be refused with this code. */
  readonly play: (step: Step, result?: string) => Promise<void>;
  /** The last mutation once more; without its key it is another call. */
  readonly again: (how: 'same call' | 'same key') => Promise<void>;
  /** Moves the clock forward. */
  readonly wait: (thousands: number) => void;
  /** The id of a batch. */
  readonly batch: (skuId: string, batchNo?: string, locationId?: string) => string;
  /** The id of the newest reservation under this business id. */
  readonly hold: (businessId: string) => string;
  /** The id of a document. */
  readonly document: (documentNo: string) => string;
  /** The id of the newest lock. */
  readonly lock: () => string;
  /** The id of what is expected under this reference. */
  readonly expected: (reference: string) => string;
}

export function createStage(subject: Subject, state: ModelState, tally: Tally): Stage {
  const make = async (step: Step): Promise<string> => {
    const told = await execute(subject, state, step);
    tally.count(step.procedure, told);
    return told;
  };
  return {
    state,
    async play(step, result = 'ok') {
      expectEqual(`the result of ${step.procedure} ${JSON.stringify(step.input)}`, await make(step), result);
    },
    async again(how) {
      const last = state.journal.at(-1);
      if (last === undefined) throw new Error('nothing was called yet');
      const { idempotencyKey: _key, ...input } = last.input;
      const told = await make(how === 'same key' ? last : ({ ...last, input } as Step));
      tally.count(how === 'same key' ? 'replay of a key' : 'the same call again', told);
    },
    wait(thousands) {
      advanceClock(subject, state, thousands * 1000);
      tally.count('advance the clock', 'ok');
    },
    batch: (skuId, batchNo = 'n1', locationId = 'default') =>
      known(
        state.world.batches,
        (each) => each.skuId === skuId && each.batchNo === batchNo && each.locationId === locationId,
      ),
    hold: (businessId) => known(state.world.reservations, (each) => each.businessId === businessId),
    document: (documentNo) => known(state.world.documents, (each) => each.documentNo === documentNo),
    lock: () => known(state.world.locks, () => true),
    expected: (reference) => known(state.world.expected, (each) => each.reference === reference),
  };
}

/** The newest that fits. */
function known<T extends { readonly id: string }>(rows: ReadonlyMap<string, T>, fits: (row: T) => boolean): string {
  const found = [...rows.values()].findLast(fits);
  if (found === undefined) throw new Error('the scene names what the world does not have');
  return found.id;
}
