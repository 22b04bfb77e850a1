/** Defects in what goods cost: rounding, residues, the order of layers, and periods that are shut. */
import type { Mutant } from './mutant.ts';

const core = (name: string): string => `packages/cost/src/core/${name}.ts`;
const money = 'packages/contracts/src/money.ts';
const moneyTest = 'packages/contracts/src/money.test.ts';

export const costMutants: readonly Mutant[] = [
  {
    name: 'rounding-down',
    breaks: 'money is rounded once, half up',
    file: money,
    find: '(2n * magnitude + quantity) / (2n * quantity)',
    replace: 'magnitude / quantity',
    caughtBy: { file: moneyTest, title: 'half goes up' },
  },
  {
    name: 'money-in-floats',
    breaks: 'money is exact to the last digit',
    file: money,
    find: '(2n * magnitude + quantity) / (2n * quantity)',
    replace: 'BigInt(Math.round(Number(magnitude) / Number(quantity)))',
    caughtBy: { file: moneyTest, title: 'a sum far beyond 2^53, exact to the last digit' },
  },
  {
    name: 'residue-stays-behind',
    breaks: 'I8: whoever takes the last unit takes what is left of the value, so that quantity 0 is worth 0',
    file: core('period'),
    find: 'if (quantity === left.quantity) return left.value;',
    replace: 'if (quantity === 0) return 0n;',
    caughtBy: { file: core('close.test'), title: 'that empties the stock takes the whole residue' },
  },
  {
    name: 'each-part-rounded',
    breaks: 'of an issue over several layers the sum is rounded, not each part',
    file: core('consume'),
    find: 'const rounded = share(exact, 1, step) - taken;',
    replace: 'const rounded = share({ ...exact, value: layer.value * BigInt(units) }, 1, step);',
    caughtBy: { file: core('posting.test'), title: 'an issue over several layers is rounded as a whole' },
  },
  {
    name: 'wrong-end',
    breaks: 'LIFO takes the newest layer first',
    file: 'packages/cost/src/strategies/strategy.ts',
    find: '(a, b) => oldestFirst(b, a)',
    replace: '(a, b) => oldestFirst(a, b)',
    caughtBy: { file: core('posting.test'), title: '15 of 10 at 10, 10 at 20 and 10 at 60' },
  },
  {
    name: 'split-drops-the-remainder',
    breaks: 'the parts of an amount sum to it exactly',
    file: core('split'),
    find: 'parts[at] = (parts[at] ?? 0n) + piece;',
    replace: 'parts[at] = parts[at] ?? 0n;',
    caughtBy: { file: core('allocation.test'), title: 'gives the remainder to the largest fraction' },
  },
  {
    name: 'split-favours-the-last',
    breaks: 'between equal fractions the first gets the remainder',
    file: core('split'),
    find: 'a.remainder < b.remainder ? 1 : a.at - b.at',
    replace: 'a.remainder < b.remainder ? 1 : b.at - a.at',
    caughtBy: { file: core('allocation.test'), title: 'and between equals to the first' },
  },
  {
    name: 'close-forgets-what-was-allocated',
    breaks: 'I9: opening + inbound + allocated - outbound = closing',
    file: core('period'),
    find: 'opening.value + inbound.value + allocated - outbound.value }',
    replace: 'opening.value + inbound.value + 0n * allocated - outbound.value }',
    caughtBy: { file: core('close.test'), title: 'adds up: opening + inbound + allocated - outbound = closing' },
  },
  {
    name: 'closed-period-takes-postings',
    breaks: 'I9: nothing is posted into a closed period, also when it is dated back into it',
    file: 'packages/cost/src/rules/period-refusal.ts',
    find: 'return periodClosed(period);',
    replace: 'return undefined;',
    caughtBy: { file: 'packages/cost/src/services/shut-period.test.ts', title: 'cost.preview is refused' },
  },
  {
    name: 'frozen-period-takes-postings',
    breaks: 'nothing is posted into a frozen period but the close itself',
    file: 'packages/cost/src/rules/period-refusal.ts',
    find: 'return periodFrozen(period);',
    replace: 'return undefined;',
    caughtBy: {
      file: 'packages/cost/src/services/period-service.test.ts',
      title: 'refuses goods in, goods out and adjustments',
    },
  },
];
