/**
 * Costs of service departments onto those that produce, by the three textbook methods: direct (services serve only
 * production), step-down (in order, each once) and reciprocal (services serve each other; simultaneous equations).
 */
import { plus, type Fraction, over, times, wholeWeights } from './fraction.ts';
import { invalidRule } from './refusal.ts';
import { splitAmount } from './split.ts';

export type DepartmentMethod = 'direct' | 'step_down' | 'reciprocal';

export interface Departments {
  /** The cost of each service department; whatever else is served produces. For step-down, in the order of the steps. */
  readonly services: ReadonlyMap<string, bigint>;
  /** Who uses how much of a service, in any scale. */
  readonly use: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
}

/** The cost that each producing department ends with; the sum is exactly the sum of the services. */
export function allocateDepartments(method: DepartmentMethod, departments: Departments): Map<string, bigint> {
  switch (method) {
    case 'direct':
      return inSteps(departments, () => false);
    case 'step_down':
      return inSteps(departments, (name, done) => !done.has(name));
    case 'reciprocal':
      return reciprocal(departments);
  }
}

/** Each service gives all it has to production, and to those services that may still receive. */
function inSteps(
  { services, use }: Departments,
  mayReceive: (service: string, done: ReadonlySet<string>) => boolean,
): Map<string, bigint> {
  const cost = new Map(services);
  const done = new Set<string>();
  for (const name of services.keys()) {
    done.add(name);
    const receivers = [...(use.get(name) ?? [])].filter(([user]) => !services.has(user) || mayReceive(user, done));
    const parts = splitAmount(
      cost.get(name) ?? 0n,
      receivers.map(([, units]) => units),
    );
    if (parts === undefined) throw invalidRule(name, `"${name}" has a cost and serves nobody that could take it.`);
    for (const [at, [user]] of receivers.entries()) cost.set(user, (cost.get(user) ?? 0n) + (parts[at] ?? 0n));
  }
  return new Map([...cost].filter(([name]) => !services.has(name)));
}

/** Total of a service = own cost + its share of the totals of the others; solved exactly, split once at the end. */
function reciprocal({ services, use }: Departments): Map<string, bigint> {
  const names = [...services.keys()];
  const part = (from: string, to: string): Fraction => {
    const units = use.get(from) ?? new Map<string, bigint>();
    const all = [...units].reduce((sum, [user, used]) => sum + (user === from ? 0n : used), 0n);
    if (all === 0n) throw invalidRule(from, `"${from}" has a cost and serves nobody.`);
    return over(from === to ? 0n : (units.get(to) ?? 0n), all);
  };
  const rows = names.map((name) => [
    ...names.map((other) => plus(over(name === other ? 1n : 0n, 1n), times(over(-1n, 1n), part(other, name)))),
    over(services.get(name) ?? 0n, 1n),
  ]);
  const totals = solve(rows);
  const users = new Set([...use.values()].flatMap((units) => [...units.keys()]).filter((user) => !services.has(user)));
  const exact = [...users].map((user) =>
    names.reduce((sum, name, at) => plus(sum, times(totals[at] ?? over(0n, 1n), part(name, user))), over(0n, 1n)),
  );
  const all = [...services.values()].reduce((sum, cost) => sum + cost, 0n);
  const parts = splitAmount(all, wholeWeights(exact)) ?? [];
  return new Map([...users].map((user, at) => [user, parts[at] ?? 0n]));
}

/** Gauss and Jordan over fractions: few departments, no rounding. */
function solve(rows: Fraction[][]): Fraction[] {
  for (let column = 0; column < rows.length; column += 1) {
    const pivot = rows.findIndex((row, at) => at >= column && row[column]?.top !== 0n);
    const row = rows[pivot];
    const head = row?.[column];
    if (row === undefined || head === undefined)
      throw invalidRule('reciprocal', 'The services serve only each other, so their cost never reaches production.');
    rows.splice(pivot, 1);
    rows.splice(
      column,
      0,
      row.map((cell) => times(cell, over(head.bottom, head.top))),
    );
    const unit = rows[column] ?? row;
    for (const [at, other] of rows.entries()) {
      const factor = other[column];
      if (at === column || factor === undefined || factor.top === 0n) continue;
      rows[at] = other.map((cell, place) =>
        plus(cell, times(over(-factor.top, factor.bottom), unit[place] ?? over(0n, 1n))),
      );
    }
  }
  return rows.map((row) => row.at(-1) ?? over(0n, 1n));
}
