/** Holds a diary against the database: everything acknowledged is there, nothing refused is, and the sums are exact. */
import type { ReservationState } from '@granary/contracts/reservation';
import { allowedStates } from './allowed-states.ts';
import { type Diary, type Entry, keyOf } from './diary.ts';
import type { Found, Kept } from './kept.ts';

export interface Verdict {
  /** Effects, steps of holds included, that a caller was told of. */
  readonly acknowledged: number;
  /** Of these, what the database does not know. */
  readonly lost: readonly string[];
  readonly refused: number;
  /** Effects nobody was told of, and how many of the things asked for so are there all the same. */
  readonly unknown: number;
  readonly unknownThere: number;
  readonly problems: readonly string[];
}

const MOST_TOLD = 20;

export function judge({ entries }: Diary, kept: Kept): Verdict {
  const lost: string[] = [];
  const problems: string[] = [];
  let unknownThere = 0;
  for (const entry of entries) {
    const found = kept.found.get(keyOf(entry));
    if (found === undefined) {
      if (entry.made === 'done') lost.push(`${keyOf(entry)} was acknowledged and is not there`);
      continue;
    }
    if (entry.made === 'unknown') unknownThere += 1;
    if (entry.made === 'refused') problems.push(`${keyOf(entry)} was refused and is there`);
    if (found.skuId !== entry.skuId || found.quantity !== entry.quantity)
      problems.push(`${keyOf(entry)} is ${found.quantity} of ${found.skuId}`);
    if (entry.kind === 'hold' && !allowedStates(entry).has(found.state ?? 'active'))
      lost.push(wrongState(entry, found));
  }
  const outcomes = entries.flatMap(({ made, steps }) => [made, ...steps.map(({ outcome }) => outcome)]);
  const count = (wanted: string) => outcomes.filter((outcome) => outcome === wanted).length;
  return {
    ...{ acknowledged: count('done'), refused: count('refused'), unknown: count('unknown'), unknownThere },
    lost: lost.slice(0, MOST_TOLD),
    problems: [...problems, ...sums(entries, kept)].slice(0, MOST_TOLD),
  };
}

function wrongState(entry: Entry, { state }: Found): string {
  const story = entry.steps.map(({ step, outcome }) => `${step} ${outcome}`).join(', ');
  return `${keyOf(entry)} is ${state} after: made ${entry.made}, ${story}`;
}

/** What every SKU must have: all that came in, less all that went out; and held of it what open holds hold. */
function sums(entries: readonly Entry[], { found, levels, opening }: Kept): string[] {
  const due = new Map([...opening].map(([skuId, quantity]) => [skuId, { onHand: quantity, reserved: 0 }]));
  for (const entry of entries) {
    const there = found.get(keyOf(entry));
    const sum = due.get(entry.skuId);
    if (there === undefined || sum === undefined) continue;
    if (entry.kind === 'purchase') sum.onHand += there.quantity;
    if (entry.kind === 'sale' || there.state === 'fulfilled') sum.onHand -= there.quantity;
    if (isOpen(there.state)) sum.reserved += there.quantity;
  }
  return [...due].flatMap(([skuId, { onHand, reserved }]) => {
    const level = levels.get(skuId);
    if (level?.onHand === onHand && level.reserved === reserved && onHand >= reserved) return [];
    return [`${skuId} has ${level?.onHand} with ${level?.reserved} held, and should have ${onHand} with ${reserved}`];
  });
}

const isOpen = (state: ReservationState | undefined): boolean => state === 'active' || state === 'confirmed';
