/** Activity-based costing: a pool of cost is assigned by the use of its driver; capacity that nobody used stays in the pool. */
import { invalidRule } from './refusal.ts';
import { splitAmount } from './split.ts';

export interface ActivityPool {
  readonly name: string;
  readonly cost: bigint;
  /** Driver units that the cost is for: hours, orders, set-ups. */
  readonly driver: bigint;
}

export interface ActivityAssignment {
  /** In the order of the uses; together with `unused` exactly the cost of the pool. */
  readonly parts: readonly bigint[];
  readonly unused: bigint;
}

/** Rate = cost / driver units; each use takes its units times the rate, the largest remainder takes the last millionths. */
export function assignPool({ name, cost, driver }: ActivityPool, uses: readonly bigint[]): ActivityAssignment {
  const unused = driver - uses.reduce((sum, use) => sum + use, 0n);
  if (unused < 0n) throw invalidRule(name, `More of "${name}" is used than the ${driver} units that its cost is for.`);
  const parts = splitAmount(cost, [...uses, unused]);
  if (parts === undefined) throw invalidRule(name, `"${name}" has a cost and no driver units.`);
  return { parts: parts.slice(0, -1), unused: parts.at(-1) ?? 0n };
}
