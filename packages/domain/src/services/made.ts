/** Lines that name a bundle or a virtual SKU: what they take, and what speaks against it before any stock is looked at. */
import type { GranaryError, InputIssue } from '@granary/contracts/error';
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import { quote } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import type { Made } from '../rules/demand.ts';
import type { Engine } from './execution.ts';
import { checkPlace, chooseStrategy, type Place } from './stock-loader.ts';

/** Undefined of what lies on shelves itself. Each part is taken by the strategy that the call names, else by its own. */
export function madeOf(
  engine: Engine,
  draft: Draft,
  line: { readonly skuId: string; readonly strategy?: string | undefined; readonly path: string },
): Made | undefined {
  const assembly = draft.assemblies.get(line.skuId);
  if (assembly === undefined) return undefined;
  const { kind, cap, held } = assembly;
  const parts = assembly.parts.map(({ partSkuId, quantity, batchId }) => ({
    skuId: partSkuId,
    perUnit: quantity,
    strategy: chooseStrategy(engine, draft, { ...line, skuId: partSkuId }),
    batchId: batchId ?? undefined,
  }));
  return { kind, parts, cap, held };
}

/** As a field of a demand: plain stock has none. */
export function wholeOf(made: Made | undefined): { made?: Made } {
  return made === undefined ? {} : { made };
}

/** Whether the SKU and everything that it is made of may be held or sold there. */
export function checkShelves(draft: Draft, place: Place): GranaryError | undefined {
  const own = checkPlace(draft, place);
  if (own !== undefined) return own;
  for (const { partSkuId } of draft.assemblies.get(place.skuId)?.parts ?? []) {
    const refusal = checkPlace(draft, { ...place, skuId: partSkuId });
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** These SKUs, and those that they are taken from. */
export function shelvesOf(draft: Draft, skuIds: readonly string[]): readonly string[] {
  const parts = (skuId: string) => draft.assemblies.get(skuId)?.parts ?? [];
  return [...new Set(skuIds.flatMap((skuId) => [skuId, ...parts(skuId).map((part) => part.partSkuId)]))];
}

/** Units of a part are counted like any others: no line may need more than a quantity can say. */
export function tooManyUnits(
  draft: Draft,
  { skuId, quantity }: { readonly skuId: string; readonly quantity: number },
  path: string,
): InputIssue[] {
  const parts = draft.assemblies.get(skuId)?.parts ?? [];
  const part = parts.find((each) => each.quantity * quantity > MAX_QUANTITY);
  if (part === undefined) return [];
  const message = `makes more than ${MAX_QUANTITY} units of SKU ${quote(part.partSkuId)}, of which one takes ${part.quantity}`;
  return [{ path, message }];
}
