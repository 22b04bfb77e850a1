/** Adjustments and counts: stock corrected by hand, by so many units or to what was counted; all lines or none, nothing clamped. */
import type {
  AdjustmentDocument,
  AdjustInput,
  AdjustManyInput,
  CountInput,
  CountManyInput,
} from '@granary/contracts/adjustment';
import { adjustLine, differenceOf, lastCost, type AdjustLine, type AskedLine, type Before } from './adjust-line.ts';
import { contentOfDocument, judgeKnown, learnDocument, type DocumentInput } from './documents.ts';
import { assemblyOf } from './making.ts';
import { checkOccurred } from './occurrence.ts';
import { expectSome, leavePieces } from './piece-answer.ts';
import { checkEntering, checkLeaving } from './piece-names.ts';
import { isTracked, movePieces } from './piece.ts';
import { met } from './sometimes.ts';
import {
  createRefusals,
  expectEqual,
  Mismatch,
  settle,
  wasRefusedFreely,
  type Outcome,
  type Refusals,
} from './verdict.ts';
import { allowExpiry, untilTheWayIsClear } from './way.ts';
import { copyOf } from './trial.ts';
import { batchOf, keyOf, standingFor, type OracleLevel, type World } from './world.ts';

export interface Adjusting {
  readonly type: 'adjustment' | 'count';
  readonly input: DocumentInput;
  readonly documentNo: string | undefined;
  readonly lines: readonly AskedLine[];
}

/** The four calls as one: a call about one line is a call with one line. */
export function adjusting(input: AdjustInput | AdjustManyInput | CountInput | CountManyInput): Adjusting {
  const lines: readonly AskedLine[] = 'lines' in input ? input.lines : [oneLine(input)];
  const isCount = 'countNo' in input || lines.some((line) => line.counted !== undefined);
  const documentNo = isCount
    ? (Reflect.get(input, 'countNo') as string | undefined)
    : (Reflect.get(input, 'adjustmentNo') as string | undefined);
  return { type: isCount ? 'count' : 'adjustment', input, documentNo, lines };
}

function oneLine(input: AdjustInput | CountInput): AskedLine {
  const { skuId, locationId, batchId, unitCost, serials } = input;
  const wanted =
    'delta' in input ? { delta: input.delta } : { counted: input.counted, onHandVersion: input.onHandVersion };
  return { skuId, locationId, batchId, unitCost, serials, ...wanted };
}

export function judgeAdjusting(world: World, call: Adjusting, outcome: Outcome<AdjustmentDocument>): void {
  const { type, input, documentNo } = call;
  const refusals = createRefusals();
  const { reasonCode, reason, operator, occurredAt } = input;
  // What was said of one line alone and as one of a list is the same content.
  const content = contentOfDocument({ reasonCode, reason, operator, occurredAt, lines: call.lines } as object);
  const header = { type, documentNo, content };
  checkOccurred(world, { occurredAt, skuIds: call.lines.map((line) => line.skuId) }, refusals);
  const asked = call.lines.map((line, at) => placed(world, line, at));
  for (const line of asked) checkNamedLine(world, line, refusals);
  if (type === 'count') checkCountedOnce(asked, refusals);
  const before = levelsBefore(world, asked);
  const lines = namePieces(world, { lines: asked, before }, refusals);
  if (judgeKnown(world, header, { outcome, refusals })) return;
  const skuIds = new Set(lines.map((line) => line.skuId));
  if (refusals.must.size > 0) {
    allowExpiry(world, skuIds);
    for (const code of ['INV_002', 'INV_005', 'INV_007', 'INV_008', 'INV_010', 'INV_016']) refusals.may.add(code);
    settle(outcome, refusals);
    return;
  }
  const failing = failuresOf(world, { lines, before, outcome });
  for (const code of failing) refusals.must.set(code, 'a line cannot be done');
  if (wasRefusedFreely(outcome, refusals) || !settle(outcome, refusals)) return;
  const { answer } = outcome;
  const happened = learnDocument(world, header, { input, answer, orderNo: null });
  const counts = lines.map((line) => countOf(line, before));
  for (const line of lines) {
    const rows = answer.lines.filter((each) => each.line === line.at + 1);
    adjustLine(world, { type, line, before, rows, occurredAt: happened }, refusals);
  }
  if (refusals.must.size > 0)
    throw new Mismatch('a line cannot be done', { expected: [...refusals.must], actual: answer });
  movePiecesOf(world, { lines, answer });
  if (type === 'count') expectEqual('what was counted', answer.counts, counts);
  if (answer.lines.length === 0) met(world, 'a count that changes nothing');
}

interface Known {
  readonly lines: readonly AdjustLine[];
  readonly before: Before;
}

/** Pieces that are added have names, those that are taken away may have. */
function namePieces(world: World, { lines, before }: Known, refusals: Refusals): AdjustLine[] {
  const deltas = lines.map((line) => line.delta ?? differenceOf(line, before));
  const adding = lines.flatMap((line, at) => {
    const quantity = deltas[at] ?? 0;
    return quantity < 0 ? [] : [{ ...line, quantity }];
  });
  checkEntering(world, { lines: adding, mayHaveLeft: true }, refusals);
  const leaving = lines.flatMap((line, at) => {
    const quantity = -(deltas[at] ?? 0);
    return quantity > 0 ? [{ ...line, quantity, batchId: line.batch?.id }] : [];
  });
  const groups = checkLeaving(world, { lines: leaving, evenExpired: true }, refusals);
  return lines.map((line) => ({ ...line, groups: groups[leaving.findIndex(({ at }) => at === line.at)] }));
}

function movePiecesOf(
  world: World,
  { lines, answer }: { lines: readonly AdjustLine[]; answer: AdjustmentDocument },
): void {
  const naming = lines.map((line) => ({ ...line, quantity: 0 }));
  for (const row of answer.lines) {
    if (row.quantity < 0) {
      leavePieces(world, { lines: naming, rows: [row], state: 'removed', documentId: answer.id });
      continue;
    }
    const { skuId, batchId, serials = [] } = row;
    expectSome(isTracked(world, skuId) ? row : { ...row, quantity: 0 }, lines[row.line - 1]?.serials ?? []);
    movePieces(world, serials, { state: 'inStock', batch: batchOf(world, batchId), documentId: answer.id });
  }
}

/** Left out, the place is that of the batch, or the default one. */
function placed(world: World, asked: AskedLine, at: number): AdjustLine {
  const named = asked.batchId === undefined ? undefined : world.batches.get(asked.batchId);
  const standing = asked.batchId === undefined ? undefined : standingFor(world, asked.batchId);
  const locationId = asked.locationId ?? named?.locationId ?? 'default';
  return { ...asked, at, locationId, batch: standing };
}

function checkNamedLine(world: World, line: AdjustLine, refusals: Refusals): void {
  const { skuId, locationId, batchId, batch } = line;
  if (!world.skus.has(skuId)) refusals.must.set('INV_001', `no SKU ${skuId}`);
  if (assemblyOf(world, skuId) !== undefined) refusals.must.set('INV_010', `${skuId} has no stock of its own`);
  if (!world.locations.has(locationId)) refusals.must.set('INV_007', `no location ${locationId}`);
  if (batchId === undefined) return;
  if (batch === undefined) refusals.must.set('INV_007', `no batch ${batchId}`);
  else if (batch.skuId !== skuId) refusals.must.set('INV_005', 'a batch of another SKU');
  else if (batch.locationId !== locationId) refusals.must.set('INV_005', 'a batch of another place');
  if ((batch?.frozenBy ?? null) !== null) refusals.must.set('INV_016', `batch ${batchId} is frozen`);
}

/** What is counted twice has no one answer, and a level and a batch of it are counted twice as well. */
function checkCountedOnce(lines: readonly AdjustLine[], refusals: Refusals): void {
  for (const line of lines) {
    const twice = lines.some(
      (other) =>
        other !== line &&
        keyOf(other.skuId, other.locationId) === keyOf(line.skuId, line.locationId) &&
        (other.batchId === undefined || line.batchId === undefined || other.batchId === line.batchId),
    );
    if (twice) refusals.must.set('INV_005', 'counted twice');
  }
}

function levelsBefore(world: World, lines: readonly AdjustLine[]): Before {
  const levels = new Map<string, OracleLevel>();
  for (const { skuId, locationId } of lines) {
    const level = world.levels.get(keyOf(skuId, locationId));
    if (level !== undefined) levels.set(keyOf(skuId, locationId), { ...level });
  }
  const costs = new Map(lines.map(({ skuId }) => [skuId, lastCost(world, skuId)]));
  return { levels, costs, batches: new Map([...world.batches].map(([id, batch]) => [id, batch.onHand])) };
}

function countOf({ at, skuId, locationId, batch, counted }: AdjustLine, before: Before) {
  const expected =
    batch === undefined
      ? (before.levels.get(keyOf(skuId, locationId))?.onHand ?? 0)
      : (before.batches.get(batch.id) ?? 0);
  return { line: at + 1, skuId, locationId, batchId: batch?.id ?? null, expected, counted };
}

/**
 * The codes of all lines that cannot be done, tried on a copy of the world; what is overdue and in the way is expired first, and
 * stays expired when the call is refused all the same.
 */
function failuresOf(
  world: World,
  call: { lines: readonly AdjustLine[]; before: Before; outcome: Outcome<AdjustmentDocument> },
): string[] {
  const levels = new Set(call.lines.map((line) => keyOf(line.skuId, line.locationId)));
  const attempt = () => {
    const trial = copyOf(world);
    const refusals = createRefusals();
    for (const line of call.lines) {
      const batch = line.batch === undefined ? undefined : trial.batches.get(line.batch.id);
      adjustLine(
        trial,
        { type: 'trial', line: { ...line, batch }, before: call.before, rows: undefined, occurredAt: world.now },
        refusals,
      );
    }
    return [...refusals.must.keys()];
  };
  let codes: string[] = [];
  untilTheWayIsClear<object>(world, new Set(call.lines.map((line) => line.skuId)), () => {
    codes = attempt();
    // Only too little stock has something in its way; where other lines fail as well, it may be looked for or not.
    if (codes.length > 1) allowExpiry(world, new Set(call.lines.map((line) => line.skuId)));
    return codes.length === 1 && codes[0] === 'INV_002' ? { short: [], levels } : {};
  });
  return codes;
}
