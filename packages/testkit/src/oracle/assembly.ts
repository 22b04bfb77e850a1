/** Definitions of bundles and virtual SKUs: made, changed, removed. What is held keeps the composition that it was made with. */
import type { Bundle, BundleCreateInput, BundleListInput } from '@granary/contracts/bundle';
import type { Virtual, VirtualCreateInput, VirtualListInput, VirtualUpdateInput } from '@granary/contracts/virtual';
import type { OracleAssembly, OraclePart } from './assembly-row.ts';
import type { Listed } from './lists.ts';
import { assemblyOf } from './making.ts';
import { makeSku } from './receipt.ts';
import { met } from './sometimes.ts';
import { createRefusals, expectEqual, settle, type Outcome, type Refusals } from './verdict.ts';
import { isHeld, standingFor, type World } from './world.ts';

type Kind = OracleAssembly['kind'];

interface Shape {
  readonly parts: readonly OraclePart[];
  readonly cap: number | null;
}

export function judgeBundleCreate(world: World, input: BundleCreateInput, outcome: Outcome<Bundle>): void {
  const made = create(world, { kind: 'bundle', skuId: input.skuId, shape: ofComponents(input) }, outcome);
  if (made !== undefined && outcome.ok) expectBundle(outcome.answer, made);
}

export function judgeBundleUpdate(world: World, input: BundleCreateInput, outcome: Outcome<Bundle>): void {
  const changed = update(world, { kind: 'bundle', skuId: input.skuId, shape: ofComponents(input) }, outcome);
  if (changed !== undefined && outcome.ok) expectBundle(outcome.answer, changed);
}

export function judgeBundleRemove(world: World, input: { skuId: string }, outcome: Outcome<Bundle>): void {
  const removed = remove(world, { kind: 'bundle', ...input }, outcome);
  if (removed !== undefined && outcome.ok) expectBundle(outcome.answer, removed);
}

function ofComponents({ components }: BundleCreateInput): Shape {
  return { parts: components.map(({ skuId, quantity }) => ({ skuId, perUnit: quantity, batchId: null })), cap: null };
}

export function expectBundle(actual: Bundle, { skuId, parts, state, version }: OracleAssembly): void {
  const { createdAt: _createdAt, updatedAt: _updatedAt, ...told } = actual;
  const components = parts.map((part) => ({ skuId: part.skuId, quantity: part.perUnit }));
  expectEqual(`bundle ${skuId}`, told, { skuId, components, state, version });
}

export function judgeVirtualCreate(world: World, input: VirtualCreateInput, outcome: Outcome<Virtual>): void {
  const refusals = createRefusals();
  const shape = shapeOf(world, input, refusals);
  const made = create(world, { kind: 'virtual', skuId: input.skuId, shape, refusals }, outcome);
  if (made !== undefined && outcome.ok) expectVirtual(outcome.answer, made);
}

export function judgeVirtualUpdate(world: World, input: VirtualUpdateInput, outcome: Outcome<Virtual>): void {
  const refusals = createRefusals();
  const shape = shapeOf(world, input, refusals);
  const changed = update(world, { kind: 'virtual', skuId: input.skuId, shape, refusals }, outcome);
  if (changed !== undefined && outcome.ok) expectVirtual(outcome.answer, changed);
}

export function judgeVirtualRemove(world: World, input: { skuId: string }, outcome: Outcome<Virtual>): void {
  const removed = remove(world, { kind: 'virtual', ...input }, outcome);
  if (removed !== undefined && outcome.ok) expectVirtual(outcome.answer, removed);
}

/** What is left out keeps its value; a batch stands for its SKU. */
function shapeOf(world: World, input: VirtualUpdateInput, refusals: Refusals): Shape {
  const before = assemblyOf(world, input.skuId);
  const [part] = before?.parts ?? [];
  const batch = input.batchId === undefined ? undefined : world.batches.get(input.batchId);
  if (input.batchId !== undefined && batch === undefined) refusals.must.set('INV_007', `no batch ${input.batchId}`);
  if (batch?.skuId === input.skuId) {
    for (const code of ['INV_005', 'INV_010']) refusals.may.add(code);
  }
  const isAimed = (input.realSkuId ?? input.batchId) !== undefined;
  const aim = isAimed
    ? {
        skuId: input.realSkuId ?? batch?.skuId ?? '',
        batchId: batch === undefined ? null : (standingFor(world, batch.id)?.id ?? batch.id),
      }
    : { skuId: part?.skuId ?? '', batchId: part?.batchId ?? null };
  const perUnit = input.ratio ?? part?.perUnit ?? 1;
  return { parts: [{ ...aim, perUnit }], cap: input.cap === undefined ? (before?.cap ?? null) : input.cap };
}

export function expectVirtual(actual: Virtual, { skuId, parts, cap, state, version }: OracleAssembly): void {
  const [part] = parts;
  const { createdAt: _createdAt, updatedAt: _updatedAt, batchId, ...told } = actual;
  expectEqual(`virtual SKU ${skuId}`, told, {
    ...{ skuId, realSkuId: part?.skuId, ratio: part?.perUnit, cap, state, version },
  });
  // A batch that was merged since may be told by its own id or by that of what took it over.
  expectEqual(`whether ${skuId} stands for one batch`, batchId === null, part?.batchId === null);
}

interface Defining {
  readonly kind: Kind;
  readonly skuId: string;
  readonly shape: Shape;
  readonly refusals?: Refusals;
}

function create(world: World, defining: Defining, outcome: Outcome<unknown>): OracleAssembly | undefined {
  const { kind, skuId, shape, refusals = createRefusals() } = defining;
  const before = assemblyOf(world, skuId);
  if (before?.kind === kind) refusals.must.set('INV_008', `${skuId} is defined already`);
  else if (before !== undefined) refusals.must.set('INV_010', `${skuId} is something else`);
  checkParts(world, shape, refusals);
  const stocked = [...world.levels.values()].some(
    (level) => level.skuId === skuId && (level.onHand > 0 || level.deficit > 0),
  );
  const isPart = [...world.assemblies.values()].some(
    (each) => each.state === 'active' && each.parts.some((part) => part.skuId === skuId),
  );
  const isMoving = [...world.transfers.values()].some((each) =>
    each.parts.some((part) => part.skuId === skuId && part.inTransit > 0),
  );
  if (stocked || isPart || isMoving) refusals.must.set('INV_010', `${skuId} has stock or is part of something`);
  if (!settle(outcome, refusals)) return undefined;
  makeSku(world, skuId);
  const earlier = world.assemblies.get(skuId);
  const made: OracleAssembly = { skuId, kind, state: 'active', ...shape, version: (earlier?.version ?? 0) + 1 };
  world.assemblies.set(skuId, made);
  return made;
}

function checkParts(world: World, { parts }: Shape, refusals: Refusals): void {
  for (const { skuId } of parts) {
    if (skuId !== '' && !world.skus.has(skuId)) refusals.must.set('INV_001', `no SKU ${skuId}`);
    if (assemblyOf(world, skuId) !== undefined) refusals.must.set('INV_010', `${skuId} is made of others itself`);
  }
}

function inForce(world: World, of: { kind: Kind; skuId: string }, refusals: Refusals): OracleAssembly | undefined {
  const found = assemblyOf(world, of.skuId);
  if (found?.kind === of.kind) return found;
  refusals.must.set('INV_007', `no ${of.kind} ${of.skuId}`);
  return undefined;
}

function update(world: World, defining: Defining, outcome: Outcome<unknown>): OracleAssembly | undefined {
  const { shape, refusals = createRefusals() } = defining;
  const found = inForce(world, defining, refusals);
  checkParts(world, shape, refusals);
  if (!settle(outcome, refusals) || found === undefined) return undefined;
  noteHeld(world, found);
  Object.assign(found, shape);
  found.version += 1;
  return found;
}

function remove(
  world: World,
  of: { kind: Kind; skuId: string },
  outcome: Outcome<unknown>,
): OracleAssembly | undefined {
  const refusals = createRefusals();
  const found = inForce(world, of, refusals);
  if (!settle(outcome, refusals) || found === undefined) return undefined;
  noteHeld(world, found);
  found.state = 'removed';
  found.version += 1;
  return found;
}

function noteHeld(world: World, { skuId }: OracleAssembly): void {
  const isHolding = [...world.reservations.values()].some((each) => isHeld(each) && each.skuId === skuId);
  if (isHolding) met(world, 'a definition changes while units of it are held');
}

export function judgeAssemblyList(
  world: World,
  call: { kind: Kind; input: BundleListInput | VirtualListInput },
  outcome: Outcome<Listed<{ readonly skuId: string }>>,
): void {
  if (!settle(outcome, createRefusals())) return;
  const { kind, input } = call;
  const part =
    'componentSkuId' in input ? input.componentSkuId : (Reflect.get(input, 'realSkuId') as string | undefined);
  const fits = [...world.assemblies.values()].filter(
    (each) =>
      each.kind === kind &&
      each.state === input.state &&
      (part === undefined || each.parts.some(({ skuId }) => skuId === part)),
  );
  const told = outcome.answer.items.map((row) => row.skuId).toSorted();
  expectEqual(`the list of ${kind} SKUs`, told, fits.map((each) => each.skuId).toSorted());
}
