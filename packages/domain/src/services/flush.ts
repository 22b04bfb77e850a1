/**
 * The flush of some calls: what they want is loaded at once, then they decide one after the other. What a part of them leaves
 * behind is on its way to the server while the next ones decide, since neither has anything else to do.
 */
import { GranaryError } from '@granary/contracts/error';
import { loadCandidatesOf } from '../persistence/candidate-store.ts';
import type { Passenger } from '../persistence/combiner.ts';
import type { Tx } from '../persistence/transaction.ts';
import { asRefusal, invariant, type Outcome, present, refused } from '../refusal.ts';
import type { Demand } from '../rules/demand.ts';
import { addBatches, type Draft } from '../rules/draft.ts';
import type { Holder } from '../rules/hold-caps.ts';
import { closeTurn, isBegun, openTurn } from '../rules/turn.ts';
import { queriesOf } from './demand-loader.ts';
import type { Calling, Decision, Engine } from './engine.ts';
import { holdStill, limitsOf } from './hold-caps.ts';
import { keptOutcome } from './kept-answer.ts';
import { loadKnown } from './known-stock.ts';
import { concluded, type Decided, keptOf, keyOf, runTogether, type Seat } from './one-unit.ts';
import { loadTracked } from './serials.ts';
import { loadDraft, unite, type Wanted } from './stock-loader.ts';

export interface Combinable<T> extends Calling {
  readonly wanted: Wanted;
  /** Who comes to hold more, and who makes the holds: where caps are set, such calls are asked one by one. */
  readonly capped?: { readonly holders: readonly Holder[]; readonly actor?: string };
  /** Which stock it may take, once it is known what its SKUs are: an unsuitable one is refused by `decide`. */
  readonly demands?: (draft: Draft) => readonly Demand[];
  /** Whether goods may leave, and pieces with them. */
  readonly isLeaving?: boolean;
  readonly decide: (tx: Tx, draft: Draft) => Promise<Decision<T>>;
}

/** A call with its place in the queue. */
export interface Comer<T> extends Seat<T>, Passenger {
  readonly calling: Combinable<T>;
  readonly deadlineMs: number;
  readonly deadlineAt: number;
}

/**
 * A flush is written in parts, each while the next one is decided. The first is small, since the server has nothing to do until it
 * comes; each next one is twice as large, as calls take longer to be stored than to be decided, and many parts cost many statements.
 */
const FIRST_PART = 32;

export async function flushTogether(
  engine: Engine,
  comers: readonly Comer<unknown>[],
): Promise<readonly Outcome<unknown>[]> {
  const byId = new Map(comers.map((comer) => [comer.commandId, comer]));
  const [first] = comers;
  invariant(first !== undefined, 'a flush for nobody');
  const deadlineMs = Math.min(...comers.map(({ deadlineAt }) => deadlineAt)) - performance.now();
  return await runTogether<unknown>(engine, {
    seats: comers,
    call: { ...first.calling.call, deadlineMs },
    decide: async (tx, { seats, grown, ahead }) => {
      const open = seats.map(({ commandId }) => present(byId.get(commandId), 'a call of the flush'));
      const draft = await load(tx, engine, { open, grown });
      let part = firstPartOf(open);
      let decided: Decided<unknown>[] = [];
      const keyed = new Map<string, Decided<unknown>>();
      for (const [at, comer] of open.entries()) {
        const key = keyOf(comer) ?? '';
        const next = repeatOf(comer, keyed.get(key)) ?? (await takeTurn(tx, draft, comer));
        if (next.decision?.isKept === true) keyed.set(key, next);
        decided.push(next);
        if (decided.length < part || at + part > open.length) continue;
        await ahead({ draft, decided });
        decided = [];
        part *= 2;
      }
      return { draft, decided };
    },
  });
}

/** Infinity: all of them at the end. */
function firstPartOf(open: readonly Comer<unknown>[]): number {
  return open.some(({ calling }) => calling.isLeaving === true) ? Infinity : FIRST_PART;
}

async function load(
  tx: Tx,
  engine: Engine,
  { open, grown }: { open: readonly Comer<unknown>[]; grown: readonly string[] },
): Promise<Draft> {
  for (const { calling } of open)
    if (calling.capped !== undefined) await holdStill(tx, limitsOf(engine.config), calling.capped);
  const wanted = unite(
    open.map(({ calling }) => calling.wanted),
    grown,
  );
  const known = await loadKnown(tx, engine, wanted);
  const draft = known?.draft ?? (await loadDraft(tx, engine, wanted));
  const queries = queriesOf(
    draft,
    open.flatMap(({ calling }) => demandsOf(draft, calling)),
  );
  engine.trails.note(draft, queries);
  const isLeaving = open.some(({ calling }) => calling.isLeaving === true);
  const [candidates] = await Promise.all([
    loadCandidatesOf(tx, queries, known?.pages),
    isLeaving ? loadTracked(tx, draft, heldSkus(draft)) : undefined,
  ]);
  addBatches(draft, candidates);
  return draft;
}

/** What cannot be asked for (by a strategy that nobody knows) is refused when it is decided. */
function demandsOf(draft: Draft, { demands }: Combinable<unknown>): readonly Demand[] {
  try {
    return demands?.(draft) ?? [];
  } catch (error) {
    asRefusal(error);
    return [];
  }
}

function heldSkus({ holds }: Draft): readonly string[] {
  return [...holds.values()].flatMap((hold) => hold.lines.filter(({ held }) => held > 0).map(({ skuId }) => skuId));
}

/** Two calls with one key may meet in one flush: the second is answered as a repeat is. */
function repeatOf(comer: Comer<unknown>, earlier: Decided<unknown> | undefined): Decided<unknown> | undefined {
  return earlier === undefined ? undefined : { seat: comer, outcome: keptOutcome(keptOf(earlier), comer.said) };
}

async function takeTurn(tx: Tx, draft: Draft, comer: Comer<unknown>): Promise<Decided<unknown>> {
  const { calling, commandId } = comer;
  const own: Tx = { ...tx, commandId, mayBackdate: calling.call.mayBackdate ?? true };
  const turn = openTurn(draft);
  const decided = await concluded(own, comer, await decisionOf(own, turn, calling));
  closeTurn(draft, turn);
  return decided;
}

/** What a decision throws is its own answer as long as it has not touched the stock that the calls share. */
async function decisionOf(tx: Tx, turn: Draft, { decide }: Combinable<unknown>): Promise<Decision<unknown>> {
  try {
    return await decide(tx, turn);
  } catch (error) {
    if (!(error instanceof GranaryError) || isBegun(turn)) throw error;
    return { draft: turn, outcome: refused(error) };
  }
}
