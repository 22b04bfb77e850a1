/** All that costing needs to know of a SKU to cost what comes next: a plain object, loaded before and written after. */
import { type Deficit, type Layer, oldestFirst } from './layer.ts';
import { type Rate, share } from './share.ts';

export interface CostState {
  readonly skuId: string;
  readonly strategy: string;
  /** What is held, the sum of the layers (SPEC I8). Kept here so that not every layer must be loaded. */
  readonly quantity: number;
  readonly value: bigint;
  /** Open layers, oldest first: all of them, or as many as the strategy will take next. */
  readonly layers: readonly Layer[];
  /** Not yet settled, oldest first. */
  readonly deficits: readonly Deficit[];
  /** What a unit last cost, for goods whose cost nobody stated and for shortages; null before the first. */
  readonly lastCost: Rate | null;
  readonly standardCost: Rate | null;
}

export function emptyState(skuId: string, strategy: string): CostState {
  return {
    skuId,
    strategy,
    quantity: 0,
    value: 0n,
    layers: [],
    deficits: [],
    lastCost: null,
    standardCost: null,
  };
}

type Held = Pick<CostState, 'quantity' | 'value'>;

/** Held less owed: what the books say of a SKU that was sold before it came. */
export function netOf(state: Held & Pick<CostState, 'deficits'>): { quantity: number; value: bigint } {
  let { quantity, value } = state;
  for (const deficit of state.deficits) {
    quantity -= deficit.quantity;
    value -= deficit.value;
  }
  return { quantity, value };
}

/** What a unit costs now: the mean of what is held, else what a unit last cost, else unknown. */
export function currentCost(state: Held & Pick<CostState, 'lastCost'>): Rate | null {
  return state.quantity > 0 ? { value: state.value, quantity: state.quantity } : state.lastCost;
}

/** A rate as money of one unit, half up at 6 decimals: for reading, never for costing. */
export const unitCostOf = (rate: Rate, units = 1): bigint => share(rate, units);

/** What is wrong with a fully loaded state (SPEC I8); empty when it is sound. `pooled`: the layers hold no value. */
export function faultsOf(state: CostState, pooled: boolean): string[] {
  const faults: string[] = [];
  const say = (wrong: boolean, fault: string) => void (wrong && faults.push(fault));
  const remaining = state.layers.reduce((sum, layer) => sum + layer.remaining, 0);
  const value = state.layers.reduce((sum, layer) => sum + layer.value, 0n);
  say(remaining !== state.quantity, `layers hold ${remaining} units, the state ${state.quantity}`);
  say(value !== (pooled ? 0n : state.value), `layers are worth ${value}, the state ${state.value}`);
  say(state.quantity < 0 || state.value < 0n, 'less than nothing is held');
  say(state.quantity === 0 && state.value !== 0n, `no unit is held and ${state.value} of value is left`);
  for (const layer of state.layers) {
    say(layer.remaining <= 0 || layer.remaining > layer.quantity, `layer ${layer.layerId} holds ${layer.remaining}`);
    say(layer.value < 0n, `layer ${layer.layerId} is worth ${layer.value}`);
  }
  for (const deficit of state.deficits) {
    say(deficit.quantity <= 0 || deficit.value < 0n, `issue ${deficit.issueId} is owed ${deficit.quantity}`);
  }
  say(
    state.layers.some((layer, at) => at > 0 && oldestFirst(state.layers[at - 1] ?? layer, layer) >= 0),
    'the layers are not in order',
  );
  return faults;
}
