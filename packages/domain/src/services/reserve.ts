/** Reserving one line or many: one path, since one line is a list of one. */
import { type Instant, parseInstant, plusSeconds } from '@granary/contracts/instant';
import type { Reservations, ReserveLine as ReserveLineInput } from '@granary/contracts/reservation';
import type { InputIssue } from '@granary/contracts/error';
import type { Call } from '../call.ts';
import { loadBatches } from '../persistence/batch-store.ts';
import { findHeld } from '../persistence/reservation-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { invalidInput, invariant, type Outcome, refused } from '../refusal.ts';
import { canonicalJson } from '../rules/canonical-json.ts';
import { addBatches, businessKey, type Draft } from '../rules/draft.ts';
import { toReservation } from '../rules/reservation-answer.ts';
import { decideReserve, type ReserveLine } from '../rules/reserve.ts';
import { checkNamedBatches } from './named-batches.ts';
import { type Engine, execute, sha256 } from './execution.ts';
import { holdStill, limitsOf, loadHoldings, noteMakers } from './hold-caps.ts';
import { checkShelves, madeOf, tooManyUnits, wholeOf } from './made.ts';
import { chooseStrategy, expireInTheWay, loadDemands, loadDraft, pairsOf } from './stock-loader.ts';

export interface Reserving {
  readonly procedure: string;
  readonly input: object & { readonly idempotencyKey?: string | undefined };
  readonly call: Call;
  readonly lines: readonly ReserveLineInput[];
}

export function createReserve(engine: Engine) {
  return async ({ procedure, input, call, lines: given }: Reserving): Promise<Reservations> => {
    // Issues name the field of the input: of one line by its name, of many by its place among them.
    const merged = mergeEqualLines(given, (index) => ('lines' in input ? `lines.${index}.` : ''));
    return await execute<Reservations>(engine, {
      procedure,
      input,
      call,
      lock: { scope: 'reservation', keys: [...new Set(merged.lines.map((line) => `sku:${line.skuId}`))] },
      decide: async (tx, grown) => {
        const limits = limitsOf(engine.config);
        const { actor } = call.caller;
        await holdStill(tx, limits, { holders: merged.lines, actor });
        const draft = await load(tx, engine, { lines: merged.lines, grown });
        const outcome = await decide(tx, draft, { engine, actor, ...merged });
        if (!outcome.ok) return { draft, outcome };
        const ids = [...new Set(merged.positions.map((at) => outcome.answer[at] ?? ''))];
        const reservations = ids.flatMap((id) => draft.holds.get(id) ?? []).map(toReservation);
        const write = () => noteMakers(tx, limits, { draft, actor });
        return { draft, outcome: { ok: true, answer: { reservations } }, write };
      },
    });
  };
}

async function load(
  tx: Tx,
  engine: Engine,
  wanted: { lines: readonly ReserveLineInput[]; grown: readonly string[] },
): Promise<Draft> {
  const { lines, grown } = wanted;
  const draft = await loadDraft(tx, engine, {
    levels: pairsOf(lines),
    skuIds: lines.map((line) => line.skuId),
    holds: (tx) => findHeld(tx, lines),
    grown,
  });
  addBatches(
    draft,
    await loadBatches(
      tx,
      lines.flatMap((line) => line.batchIds ?? []),
    ),
  );
  return draft;
}

async function decide(
  tx: Tx,
  draft: Draft,
  at: { engine: Engine; actor: string; lines: readonly ReserveLineInput[]; paths: readonly string[] },
): Promise<Outcome<readonly string[]>> {
  const { engine, actor, lines, paths } = at;
  const pathOf = (index: number) => paths[index] ?? '';
  for (const [index, line] of lines.entries()) {
    const refusal = checkShelves(draft, line) ?? checkNamedBatches(draft, line, `${pathOf(index)}batchIds`);
    if (refusal !== undefined) return refused(refusal);
  }
  const issues = lines.flatMap((line, index) => [
    ...deadlineIssue(engine, draft.now, { line, path: pathOf(index) }),
    ...tooManyUnits(draft, line, `${pathOf(index)}quantity`),
  ]);
  if (issues.length > 0) return refused(invalidInput(issues));
  const resolved = lines.map((line, index) => resolve(engine, draft, { line, path: pathOf(index) }));
  await loadDemands(tx, draft, resolved);
  const holdings = await loadHoldings(tx, limitsOf(engine.config), { draft, lines: resolved, actor });
  const request = { commandId: tx.commandId, lines: resolved, holdings };
  const [first] = decideReserve(draft, [request]);
  invariant(first !== undefined, 'a reserve decision answered nothing');
  if (first.ok || first.refusal.kind !== 'insufficientStock') return first;
  if (!(await expireInTheWay(tx, draft, resolved))) return first;
  const [second] = decideReserve(draft, [request]);
  return second ?? first;
}

interface MergedLines {
  readonly lines: readonly ReserveLineInput[];
  /** Where the first given line of each stands in the input, for issues. */
  readonly paths: readonly string[];
  /** Which of them answers each given line. */
  readonly positions: readonly number[];
}

/** Lines equal in all but quantity are one reservation. */
function mergeEqualLines(given: readonly ReserveLineInput[], pathOf: (index: number) => string): MergedLines {
  const lines: ReserveLineInput[] = [];
  const paths: string[] = [];
  const byKey = new Map<string, number>();
  const issues: InputIssue[] = [];
  const positions = given.map((line, index) => {
    const key = businessKey(line);
    const at = byKey.get(key);
    const other = at === undefined ? undefined : lines[at];
    if (at === undefined || other === undefined) {
      byKey.set(key, lines.length);
      paths.push(pathOf(index));
      return lines.push(line) - 1;
    }
    if (canonicalJson({ ...other, quantity: 0 }) !== canonicalJson({ ...line, quantity: 0 })) {
      issues.push({
        path: `${pathOf(index)}lineId`,
        message: 'is needed: another line of this SKU differs in more than its quantity',
      });
    }
    const quantity = other.quantity + line.quantity;
    if (quantity > MAX_SUM)
      issues.push({ path: `${pathOf(index)}quantity`, message: `makes the sum of equal lines pass ${MAX_SUM}` });
    lines[at] = { ...other, quantity };
    return at;
  });
  if (issues.length > 0) throw invalidInput(issues);
  return { lines, paths, positions };
}

const MAX_SUM = 2_147_483_647;

function resolve(engine: Engine, draft: Draft, at: { line: ReserveLineInput; path: string }): ReserveLine {
  const { line, path } = at;
  const { skuId, quantity, type, businessId, lineId, locationId, qualityLevel, minRemainingDays, batchIds, replace } =
    line;
  return {
    ...{ skuId, quantity, type, businessId, lineId, replace, path },
    criteria: { locationId, qualityLevel, minRemainingDays, batchIds },
    strategy: chooseStrategy(engine, draft, { skuId, strategy: line.strategy, path: `${path}strategy` }),
    ...wholeOf(madeOf(engine, draft, { skuId, strategy: line.strategy, path: `${path}strategy` })),
    expiresAt: deadlineOf(engine, draft.now, line),
    contentHash: contentHash(line),
  };
}

/** What makes two requests of one business key the same: not the key, the ttl, the deadline or replace. */
function contentHash({
  quantity,
  locationId,
  batchIds,
  strategy,
  qualityLevel,
  minRemainingDays,
}: ReserveLineInput): string {
  const set = batchIds === undefined ? undefined : [...new Set(batchIds)].toSorted();
  return sha256(canonicalJson({ quantity, locationId, batchIds: set, strategy, qualityLevel, minRemainingDays }));
}

function deadlineOf(engine: Engine, now: Instant, { ttlSeconds, expiresAt }: ReserveLineInput): Instant {
  const named = expiresAt === undefined ? undefined : parseInstant(expiresAt);
  return named ?? plusSeconds(now, ttlSeconds ?? engine.config.reservationTtlSeconds);
}

function deadlineIssue(
  engine: Engine,
  now: Instant,
  { line, path }: { line: ReserveLineInput; path: string },
): InputIssue[] {
  const deadline = deadlineOf(engine, now, line);
  const longest = engine.config.reservationMaxTtlSeconds;
  if (deadline > now && deadline <= plusSeconds(now, longest)) return [];
  const field = line.expiresAt === undefined ? 'ttlSeconds' : 'expiresAt';
  return [{ path: `${path}${field}`, message: `must be in the future and at most ${longest} s from now` }];
}
