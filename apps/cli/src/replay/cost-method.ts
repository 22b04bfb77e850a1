/** The methods by which a replay can cost the stream, each with the key that it has in a file of results. */
import { UsageError } from '../command.ts';

const KEYS = {
  fifo: 'FIFO',
  lifo: 'LIFO',
  weighted_average: 'MOVING_AVERAGE',
  periodic_average: 'WAVG_PERIODIC_MONTHLY',
} as const;

export type CostMethod = keyof typeof KEYS;
export type MethodKey = (typeof KEYS)[CostMethod];

export const costMethods = Object.keys(KEYS) as CostMethod[];
export const keyOf = (method: CostMethod): MethodKey => KEYS[method];

/** Of `fifo,lifo`: each once, in the order in which they were named. */
export function methodsOf(text: string): readonly CostMethod[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const unknown = names.filter((name) => !(costMethods as string[]).includes(name));
  if (unknown.length > 0)
    throw new UsageError(
      `--methods takes ${costMethods.join(', ')} with commas between them, not '${unknown.join(',')}'`,
    );
  return names as CostMethod[];
}
