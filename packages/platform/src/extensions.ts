/**
 * Strategies of allocation and of costing, and validators, of one's own, loaded by name at start-up (GRANARY_EXTENSIONS). A module that is not what it must
 * be stops the start: a rule that silently does not apply is worse than a process that does not run.
 */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CostStrategy } from '@granary/cost/strategies/strategy';
import type { AllocationStrategy, StockValidator } from '@granary/domain';
import { ConfigError } from './env.ts';

export interface Extensions {
  readonly strategies: readonly AllocationStrategy[];
  readonly validators: readonly StockValidator[];
  readonly costStrategies: readonly CostStrategy[];
}

const SCANS: ReadonlySet<unknown> = new Set(['oldest', 'newest', 'expiry', 'all']);
const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const FIELDS: readonly (keyof Extensions)[] = ['strategies', 'validators', 'costStrategies'];
const ASKED = ['batch', 'allocation', 'reservation'] as const;

/** In the order of the names. Relative paths and packages are looked for from `from`. */
export async function loadExtensions(names: readonly string[], from: string = process.cwd()): Promise<Extensions> {
  const strategies: AllocationStrategy[] = [];
  const validators: StockValidator[] = [];
  const costStrategies: CostStrategy[] = [];
  for (const name of names) {
    const module = await importFrom(name, from);
    strategies.push(...listed(name, module, { field: 'strategies', problem: strategyProblem }));
    validators.push(...listed(name, module, { field: 'validators', problem: validatorProblem }));
    costStrategies.push(...listed(name, module, { field: 'costStrategies', problem: costStrategyProblem }));
    if (FIELDS.every((field) => module[field] === undefined))
      throw bad(name, 'exports neither `strategies` nor `validators` nor `costStrategies`');
  }
  return { strategies, validators, costStrategies };
}

async function importFrom(name: string, from: string): Promise<Readonly<Record<string, unknown>>> {
  let address: string;
  try {
    address = addressOf(name, from);
  } catch (error) {
    throw bad(name, `was not found from ${from}: ${firstLine(error)}`);
  }
  try {
    return (await import(address)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw bad(name, `could not be loaded: ${firstLine(error)}`);
  }
}

function addressOf(name: string, from: string): string {
  const isPath = name.startsWith('.') || name.startsWith('/');
  return pathToFileURL(isPath ? resolve(from, name) : createRequire(join(from, 'package.json')).resolve(name)).href;
}

interface Listing<T> {
  readonly field: keyof Extensions;
  readonly problem: (each: Partial<Record<keyof T, unknown>>) => string | undefined;
}

function listed<T>(
  name: string,
  module: Readonly<Record<string, unknown>>,
  { field, problem }: Listing<T>,
): readonly T[] {
  const list = module[field];
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw bad(name, `exports \`${field}\`, which is no array`);
  for (const [at, each] of list.entries()) {
    const found =
      typeof each === 'object' && each !== null ? problem(each as Partial<Record<keyof T, unknown>>) : 'is no object';
    if (found !== undefined) throw bad(name, `${field}[${at}] ${found}`);
  }
  return list as readonly T[];
}

function strategyProblem({
  name,
  scan,
  order,
}: Partial<Record<keyof AllocationStrategy, unknown>>): string | undefined {
  if (typeof name !== 'string' || !NAME.test(name))
    return 'has no name of 1 to 64 small letters, digits and underscores that begins with a letter';
  if (!SCANS.has(scan)) return `("${name}") has no scan that is one of ${[...SCANS].join(', ')}`;
  return typeof order === 'function' ? undefined : `("${name}") has no function order`;
}

function costStrategyProblem(strategy: Partial<Record<keyof CostStrategy, unknown>>): string | undefined {
  const { name, compare, value, receipts, byLot, periodic } = strategy;
  if (typeof name !== 'string' || !NAME.test(name))
    return 'has no name of 1 to 64 small letters, digits and underscores that begins with a letter';
  if (typeof compare !== 'function') return `("${name}") has no function compare`;
  if (value !== 'layer' && value !== 'pool') return `("${name}") has no value that is layer or pool`;
  if (receipts !== 'actual' && receipts !== 'standard')
    return `("${name}") has no receipts that are actual or standard`;
  if (typeof byLot !== 'boolean' || typeof periodic !== 'boolean')
    return `("${name}") does not say with true or false whether it is byLot and periodic`;
  return undefined;
}

function validatorProblem(validator: Partial<Record<keyof StockValidator, unknown>>): string | undefined {
  const { name } = validator;
  if (typeof name !== 'string' || name.trim() === '' || name.length > 100) return 'has no name of 1 to 100 characters';
  const given = ASKED.filter((method) => validator[method] !== undefined);
  if (given.length === 0) return `("${name}") has none of the functions ${ASKED.join(', ')}`;
  const wrong = given.find((method) => typeof validator[method] !== 'function');
  return wrong === undefined ? undefined : `("${name}") has a ${wrong} that is no function`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1).join('');
}

function bad(name: string, problem: string): ConfigError {
  return new ConfigError(
    `Granary does not start: GRANARY_EXTENSIONS names "${name}", which ${problem}. Fix: name ES modules that export \`strategies\`, \`validators\` or \`costStrategies\` (docs/extending.md), by a path that begins with ./ or / or by a package name, or leave it out.`,
  );
}
