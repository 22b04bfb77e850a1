/** How a definition is made, changed and taken away, whether of a bundle or of a virtual SKU. Its SKU's kind goes with it. */
import type { GranaryError } from '@granary/contracts/error';
import type { EventType } from '@granary/contracts/event';
import type { Call } from '../call.ts';
import type { Assembly, AssemblyKind, AssemblyPartRow } from '../entities/assembly.ts';
import type { SkuRow } from '../entities/sku.ts';
import { findAssembly, findWhole, isBetweenPlaces, writeAssembly } from '../persistence/assembly-store.ts';
import { ensureSkus, readSkus } from '../persistence/catalog-store.ts';
import { lockLevels } from '../persistence/level-store.ts';
import { replaceRow } from '../persistence/replace-row.ts';
import { returnToSavepoint, setSavepoint } from '../persistence/savepoint.ts';
import { skus } from '../persistence/tables.ts';
import type { Tx } from '../persistence/transaction.ts';
import {
  accepted,
  duplicate,
  invariant,
  notFound,
  type Outcome,
  present,
  quote,
  refused,
  unknownSku,
} from '../refusal.ts';
import { cannotBecome, nested, ownsNoLevel } from '../rules/assembly.ts';
import type { Draft } from '../rules/draft.ts';
import { type Decision, draftNow, type Engine, execute } from './execution.ts';
import { skuFact } from './sku-service.ts';

export interface Shape {
  readonly parts: readonly Pick<AssemblyPartRow, 'partSkuId' | 'batchId' | 'quantity'>[];
  readonly cap: number | null;
}

interface Defining<T> {
  readonly kind: AssemblyKind;
  readonly input: { readonly skuId: string; readonly idempotencyKey?: string | undefined };
  readonly call: Call;
  readonly answer: (assembly: Assembly) => T;
}

/** `now` is the definition in force; undefined when there is none yet. */
export type ShapeOf = (tx: Tx, now: Assembly | undefined) => Promise<Outcome<Shape>>;

export async function createDefinition<T>(
  engine: Engine,
  defining: Defining<T> & { readonly shapeOf: ShapeOf },
): Promise<T> {
  return await run(engine, { ...defining, verb: 'create' }, (tx) => create(tx, engine, defining));
}

export async function updateDefinition<T>(
  engine: Engine,
  defining: Defining<T> & { readonly shapeOf: ShapeOf },
): Promise<T> {
  return await run(engine, { ...defining, verb: 'update' }, (tx) => update(tx, engine, defining));
}

export async function removeDefinition<T>(engine: Engine, defining: Defining<T>): Promise<T> {
  return await run(engine, { ...defining, verb: 'remove' }, (tx) => remove(tx, engine, defining));
}

async function run<T>(
  engine: Engine,
  { kind, verb, input, call }: Defining<T> & { readonly verb: string },
  decide: (tx: Tx) => Promise<Decision<T>>,
): Promise<T> {
  return await execute(engine, {
    procedure: `${kind}.${verb}`,
    input,
    call,
    lock: { scope: 'document', keys: [`sku:${input.skuId}`] },
    decide,
  });
}

/** The rows of the SKU and of its parts are locked, so that no receipt and no other definition comes between. */
async function create<T>(
  tx: Tx,
  engine: Engine,
  defining: Defining<T> & { readonly shapeOf: ShapeOf },
): Promise<Decision<T>> {
  const { kind, input, shapeOf } = defining;
  const { skuId } = input;
  const before = await draftNow(tx, engine);
  const shape = await shapeOf(tx, undefined);
  if (!shape.ok) return { draft: before, outcome: shape };
  const parts = partIds(shape.answer);
  const known = await readSkus(tx, [skuId, ...parts]);
  const stranger = [...parts, ...(engine.config.autoCreateSku ? [] : [skuId])].find((each) => !known.has(each));
  if (stranger !== undefined) return { draft: before, outcome: refused(unknownSku(stranger)) };

  await setSavepoint(tx);
  await ensureSkus(tx, [skuId, ...parts], before.now);
  // Before its levels, as everybody does who takes it apart.
  const removed = await findAssembly(tx, { skuId, isLocked: true });
  const draft = await locked(tx, engine, [skuId, ...parts]);
  const refusal = await refuses(tx, draft, { kind, skuId, parts });
  if (refusal !== undefined) {
    // A SKU that only this definition would have needed must not outlive its refusal.
    await returnToSavepoint(tx);
    return { draft: before, outcome: refused(refusal) };
  }
  const assembly = shaped(tx, draft, { kind, skuId, shape: shape.answer, before: removed });
  await writeAssembly(tx, assembly, removed);
  // One that another call has made since is not new: it was told of, and may have changed.
  const isNew = !known.has(skuId) && draft.skus.get(skuId)?.createdAt === before.now;
  await setKind(tx, draft, { skuId, kind, isNew });
  return told(draft, { defining, event: `stock.${kind}.created`, before: removed, after: assembly });
}

async function update<T>(
  tx: Tx,
  engine: Engine,
  defining: Defining<T> & { readonly shapeOf: ShapeOf },
): Promise<Decision<T>> {
  const { kind, input, shapeOf } = defining;
  const { skuId } = input;
  const blank = await draftNow(tx, engine);
  const seen = await findInForce(tx, { kind, skuId, isLocked: false });
  if (!seen.ok) return { draft: blank, outcome: seen };
  const shape = await shapeOf(tx, seen.answer);
  if (!shape.ok) return { draft: blank, outcome: shape };
  const parts = partIds(shape.answer);
  const known = await readSkus(tx, parts);
  const stranger = parts.find((each) => !known.has(each));
  if (stranger !== undefined) return { draft: blank, outcome: refused(unknownSku(stranger)) };

  await ensureSkus(tx, [skuId, ...parts], blank.now);
  const before = await findInForce(tx, { kind, skuId, isLocked: true });
  const draft = await locked(tx, engine, [skuId, ...parts]);
  if (!before.ok) return { draft, outcome: before };
  const refusal = firstNested(draft, parts);
  if (refusal !== undefined) return { draft, outcome: refused(refusal) };
  // What was left out keeps the value that it has now, under the lock.
  const current = await shapeOf(tx, before.answer);
  if (!current.ok) return { draft, outcome: current };
  const assembly = shaped(tx, draft, { kind, skuId, shape: current.answer, before: before.answer });
  await writeAssembly(tx, assembly, before.answer);
  return told(draft, { defining, event: `stock.${kind}.updated`, before: before.answer, after: assembly });
}

/** What is held keeps its composition; the SKU is plain stock again. */
async function remove<T>(tx: Tx, engine: Engine, defining: Defining<T>): Promise<Decision<T>> {
  const { kind, input } = defining;
  const { skuId } = input;
  const blank = await draftNow(tx, engine);
  const seen = await findInForce(tx, { kind, skuId, isLocked: false });
  if (!seen.ok) return { draft: blank, outcome: seen };
  await ensureSkus(tx, [skuId], blank.now);
  const before = await findInForce(tx, { kind, skuId, isLocked: true });
  const draft = await locked(tx, engine, [skuId]);
  if (!before.ok) return { draft, outcome: before };
  const { answer } = before;
  const { commandId } = tx;
  const version = answer.version + 1;
  const assembly: Assembly = { ...answer, state: 'removed', version, updatedAt: draft.now, commandId };
  await writeAssembly(tx, assembly, answer);
  await setKind(tx, draft, { skuId, kind: 'stock', isNew: false });
  return told(draft, { defining, event: `stock.${kind}.removed`, before: answer, after: assembly });
}

function partIds({ parts }: Shape): readonly string[] {
  return [...new Set(parts.map((part) => part.partSkuId))];
}

/** The SKUs and the time as they are once everything is locked. */
async function locked(tx: Tx, engine: Engine, skuIds: readonly string[]): Promise<Draft> {
  const draft = await draftNow(tx, engine);
  for (const [id, row] of await readSkus(tx, skuIds)) draft.skus.set(id, row);
  return draft;
}

async function refuses(
  tx: Tx,
  draft: Draft,
  { kind, skuId, parts }: { kind: AssemblyKind; skuId: string; parts: readonly string[] },
): Promise<GranaryError | undefined> {
  if (draft.skus.get(skuId)?.kind === kind) return duplicate(kind, skuId, `SKU ${quote(skuId)} is defined already.`);
  const refusal = ownsNoLevel(draft, [skuId]) ?? firstNested(draft, parts);
  if (refusal !== undefined) return refusal;
  const whole = await findWhole(tx, skuId);
  const levels = await lockLevels(tx, { skuIds: [skuId], pairs: [] });
  const isMoving = await isBetweenPlaces(tx, skuId);
  return cannotBecome(skuId, { kind, levels, whole, isMoving });
}

function firstNested(draft: Draft, parts: readonly string[]): GranaryError | undefined {
  const refusals = parts.map((part) => nested(present(draft.skus.get(part), 'a SKU that was ensured')));
  return refusals.find((refusal) => refusal !== undefined);
}

async function findInForce(
  tx: Tx,
  { kind, skuId, isLocked }: { kind: AssemblyKind; skuId: string; isLocked: boolean },
): Promise<Outcome<Assembly>> {
  const row = await findAssembly(tx, { skuId, isLocked });
  const isInForce = row !== undefined && row.kind === kind && row.state === 'active';
  return isInForce ? accepted(row) : refused(notFound(kind, skuId));
}

interface Shaping {
  readonly kind: AssemblyKind;
  readonly skuId: string;
  readonly shape: Shape;
  readonly before: Assembly | undefined;
}

function shaped(tx: Tx, draft: Draft, { kind, skuId, shape, before }: Shaping): Assembly {
  return {
    ...{ skuId, kind, state: 'active', cap: shape.cap },
    version: (before?.version ?? 0) + 1,
    createdAt: before?.state === 'active' ? before.createdAt : draft.now,
    updatedAt: draft.now,
    commandId: tx.commandId,
    parts: shape.parts.map((part, at) => ({ skuId, lineNo: at + 1, ...part })),
  };
}

/** A SKU that was only made for this begins with its kind; another one has changed. */
async function setKind(
  tx: Tx,
  draft: Draft,
  { skuId, kind, isNew }: { skuId: string; kind: SkuRow['kind']; isNew: boolean },
): Promise<void> {
  const before = draft.skus.get(skuId);
  invariant(before !== undefined, 'a SKU that was ensured is there');
  const row: SkuRow = { ...before, kind, version: isNew ? before.version : before.version + 1, updatedAt: draft.now };
  await replaceRow(tx, { table: skus, keys: ['skuId'], row, from: before.version });
  draft.facts.push(skuFact(isNew ? undefined : before, row, tx.commandId));
}

interface Told<T> {
  readonly defining: Defining<T>;
  readonly event: EventType;
  readonly before: Assembly | undefined;
  readonly after: Assembly;
}

function told<T>(draft: Draft, { defining, event, before, after }: Told<T>): Decision<T> {
  const { answer } = defining;
  const was = before === undefined ? null : answer(before);
  const is = answer(after);
  draft.facts.push({
    ...{ type: event, kind: 'assembly', id: after.skuId },
    ...{ from: before?.version ?? 0, to: after.version, commandId: after.commandId, before: was, after: is },
  });
  // Of a new one the SKU that it changed is what was before.
  return { draft, outcome: accepted(is), ...(was === null ? {} : { before: was }), after: is };
}
