/** Reserving one line or many: one path, since one line is a list of one. */
import { type Instant, parseInstant, plusSeconds } from '@granary/contracts/instant';
import type { Reservations, ReserveLine as ReserveLineInput } from '@granary/contracts/reservation';
import type { InputIssue } from '@granary/contracts/error';
import type { Call } from '../call.ts';
import type { Tx } from '../persistence/transaction.ts';
import { invalidInput, type Outcome, present, refused } from '../refusal.ts';
import { canonicalJson } from '../rules/canonical-json.ts';
import type { Demand } from '../rules/demand.ts';
import { businessKey, type Draft } from '../rules/draft.ts';
import { toReservation } from '../rules/reservation-answer.ts';
import { decideReserve, type ReserveLine } from '../rules/reserve.ts';
import { checkNamedBatches } from './named-batches.ts';
import type { Combine } from './combining.ts';
import type { Engine } from './execution.ts';
import { rememberingSha256 } from './hashing.ts';
import { limitsOf, loadHoldings, noteMakers } from './hold-caps.ts';
import { checkShelves, madeOf, tooManyUnits } from './made.ts';
import { chooseStrategy, expireInTheWay, pairsOf } from './stock-loader.ts';

export interface Reserving {
  readonly procedure: string;
  readonly input: object & { readonly idempotencyKey?: string | undefined };
  readonly call: Call;
  readonly lines: readonly ReserveLineInput[];
}

export function createReserve(engine: Engine, combine: Combine) {
  return async ({ procedure, input, call, lines: given }: Reserving): Promise<Reservations> => {
    // Issues name the field of the input: of one line by its name, of many by its place among them.
    const merged = mergeEqualLines(given, (index) => ('lines' in input ? `lines.${index}.` : ''));
    const { lines } = merged;
    const limits = limitsOf(engine.config);
    const { actor } = call.caller;
    return await combine<Reservations>({
      procedure,
      input,
      call,
      lock: { scope: 'reservation', keys: [...new Set(lines.map((line) => `sku:${line.skuId}`))] },
      wanted: {
        levels: pairsOf(lines),
        skuIds: lines.map((line) => line.skuId),
        keys: lines,
        batchIds: lines.flatMap((line) => line.batchIds ?? []),
      },
      capped: { holders: lines, actor },
      demands: (draft) =>
        lines.map((line, at) => demandOf(engine, draft, { line, path: present(merged.paths[at], 'a path') })),
      decide: async (tx, draft) => {
        const outcome = await decide(tx, draft, { engine, actor, ...merged });
        if (!outcome.ok) return { draft, outcome };
        const ids = [...new Set(merged.positions.map((at) => present(outcome.answer[at], 'an id')))];
        const reservations = ids.map((id) => toReservation(present(draft.holds.get(id), 'a reservation')));
        const write = () => noteMakers(tx, limits, { draft, actor });
        return { draft, outcome: { ok: true, answer: { reservations } }, write };
      },
    });
  };
}

async function decide(
  tx: Tx,
  draft: Draft,
  at: { engine: Engine; actor: string; lines: readonly ReserveLineInput[]; paths: readonly string[] },
): Promise<Outcome<readonly string[]>> {
  const { engine, actor, lines, paths } = at;
  const pathOf = (index: number) => present(paths[index], 'a path');
  for (const [index, line] of lines.entries()) {
    const refusal = checkShelves(draft, line) ?? checkNamedBatches(draft, line, `${pathOf(index)}batchIds`);
    if (refusal !== undefined) return refused(refusal);
  }
  const asked = lines.map((line, index): Asked => {
    return { line, path: pathOf(index), expiresAt: deadlineOf(engine, draft.now, line) };
  });
  const issues = asked.flatMap((each) => [
    ...deadlineIssue(engine, draft.now, each),
    ...tooManyUnits(draft, each.line, `${each.path}quantity`),
  ]);
  if (issues.length > 0) return refused(invalidInput(issues));
  const resolved = asked.map((each) => resolve(engine, draft, each));
  const holdings = await loadHoldings(tx, limitsOf(engine.config), { draft, lines: resolved, actor });
  const request = { commandId: tx.commandId, lines: resolved, holdings };
  const first = present(decideReserve(draft, [request])[0], 'the answer of a decision');
  if (first.ok || first.refusal.kind !== 'insufficientStock') return first;
  if (!(await expireInTheWay(tx, draft, resolved))) return first;
  return present(decideReserve(draft, [request])[0], 'the answer of a decision');
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
  if (given.length === 1) return { lines: given, paths: [pathOf(0)], positions: [0] };
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

/** A line, where it stands in the input, and the deadline that it asks for. */
interface Asked {
  readonly line: ReserveLineInput;
  readonly path: string;
  readonly expiresAt: Instant;
}

function resolve(engine: Engine, draft: Draft, at: Asked): ReserveLine {
  const { line, path, expiresAt } = at;
  const { type, businessId, lineId, replace } = line;
  const { skuId, quantity, criteria, strategy, made } = demandOf(engine, draft, at);
  const hash = contentHash(line);
  // Named one by one: an object that is spread and grows is made anew with each of its fields.
  const plain = {
    skuId,
    quantity,
    criteria,
    strategy,
    type,
    businessId,
    lineId,
    replace,
    path,
    expiresAt,
    contentHash: hash,
  };
  return made === undefined ? plain : { ...plain, made };
}

function demandOf(engine: Engine, draft: Draft, at: { line: ReserveLineInput; path: string }): Demand {
  const { skuId, quantity, locationId, qualityLevel, minRemainingDays, batchIds, strategy } = at.line;
  const asked = { skuId, strategy, path: `${at.path}strategy` };
  const criteria = { locationId, qualityLevel, minRemainingDays, batchIds };
  const demand = { skuId, quantity, criteria, strategy: chooseStrategy(engine, draft, asked) };
  const made = madeOf(engine, draft, asked);
  return made === undefined ? demand : { ...demand, made };
}

const sha256OfContent = rememberingSha256();

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
  return sha256OfContent(
    canonicalJson({ quantity, locationId, batchIds: set, strategy, qualityLevel, minRemainingDays }),
  );
}

function deadlineOf(engine: Engine, now: Instant, { ttlSeconds, expiresAt }: ReserveLineInput): Instant {
  const named = expiresAt === undefined ? undefined : parseInstant(expiresAt);
  return named ?? plusSeconds(now, ttlSeconds ?? engine.config.reservationTtlSeconds);
}

function deadlineIssue(engine: Engine, now: Instant, { line, path, expiresAt }: Asked): InputIssue[] {
  const longest = engine.config.reservationMaxTtlSeconds;
  if (expiresAt > now && expiresAt <= plusSeconds(now, longest)) return [];
  const field = line.expiresAt === undefined ? 'ttlSeconds' : 'expiresAt';
  return [{ path: `${path}${field}`, message: `must be in the future and at most ${longest} s from now` }];
}
