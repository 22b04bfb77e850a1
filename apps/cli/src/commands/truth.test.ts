/** `truth`: all open vectors pass, a spoiled one is found, and the exit code follows. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needsShared } from '@granary/testkit/shared-folder';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommand } from '../run-command.ts';
import { command } from './truth.ts';

const folder = mkdtempSync(join(tmpdir(), 'truth-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const lines: string[] = [];
  const stdout = (line: string) => void lines.push(line);
  // The lines for people go to stderr beside --json, and would drown the report of the tests.
  const stderr = { write: () => true, isTTY: false } as unknown as NodeJS.WriteStream;
  const code = await runCommand(command, args, { stdout, stderr, signal: new AbortController().signal });
  return { code, lines, figures: args.includes('--json') ? JSON.parse(lines.at(-1) ?? '') : undefined };
}

function fileOf(name: string, vectors: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof vectors === 'string' ? vectors : JSON.stringify({ vectors }));
  return path;
}

const FILES = ['valuation.json', 'valuation_random.json', 'cost_allocation.json', 'period_rollforward.json'];

needsShared(test)('all open vectors pass', checkOpenVectors);
needsShared(test)('whatever vector is given another total, it is found', checkSpoiledVectors);

async function checkOpenVectors(shared: string): Promise<void> {
  const paths = FILES.map((name) => join(shared, 'truth', name));
  const { code, figures } = await run(...paths, '--json');
  expect(figures).toMatchObject({ command: 'truth', ok: true, failed: 0, notApplicable: 0, vectors: [] });
  expect(figures.passed).toBeGreaterThanOrEqual(154);
  expect(code).toBe(0);
}

async function checkSpoiledVectors(shared: string): Promise<void> {
  const { vectors } = JSON.parse(readFileSync(join(shared, 'truth', 'valuation.json'), 'utf8'));
  const spoiled = vectors.map((vector: { id: string; expected: { totalCogs: unknown } }, at: number) => ({
    ...vector,
    id: `${vector.id}-${at}`,
    expected: { ...vector.expected, totalCogs: '0.01' },
  }));
  const { code, figures } = await run(fileOf('spoiled.json', spoiled), '--json');
  expect(figures).toMatchObject({ ok: false, passed: 0, failed: spoiled.length });
  expect(code).toBe(1);
}

const bought = { seq: 1, type: 'in', qty: '2.5', unitCost: '4' };
const vector = {
  id: 'half a kilogram',
  method: 'FIFO',
  events: [bought, { seq: 2, type: 'out', qty: '0.5' }],
  expected: { closingQty: '2', closingValue: '8', totalCogs: '2', layers: [['2', '4']] },
};

test('quantities with decimals are counted in smaller units', async () => {
  const { code, lines } = await run(fileOf('half.json', [vector]));
  expect(lines).toEqual(['pass            half a kilogram (valuation FIFO)', '1 passed, 0 failed, 0 not applicable']);
  expect(code).toBe(0);
});

test.for<[string, object]>([
  [
    'an average rounded at each receipt, at which goods leave until the last ones take the residue',
    {
      method: 'MOVING_AVERAGE',
      policy: { unitCostRounding: 2 },
      events: [
        { seq: 1, type: 'in', qty: '3', totalCost: '10' },
        { seq: 2, type: 'out', qty: '2' },
        { seq: 3, type: 'out', qty: '1' },
      ],
      expected: {
        totalCogs: '10',
        closingValue: '0',
        perEvent: [
          { seq: 2, cogs: '6.66', unitCostAfter: '3.33', balanceValue: '3.34' },
          { seq: 3, cogs: '3.34', balanceValue: '0' },
        ],
      },
    },
  ],
  [
    'returns at the current average',
    {
      method: 'MOVING_AVERAGE',
      policy: { returnInCost: 'current_average' },
      events: [
        { seq: 1, type: 'in', qty: '2', unitCost: '10' },
        { seq: 2, type: 'out', qty: '1' },
        { seq: 3, type: 'in', qty: '1', unitCost: '20' },
        { seq: 4, type: 'return_in', qty: '1', ref: 2 },
      ],
      expected: { closingQty: '3', closingValue: '45', totalCogs: '-5' },
    },
  ],
  [
    'highest cost first, a strategy registered like a user’s own',
    {
      method: 'HIFO',
      events: [
        { seq: 1, type: 'in', qty: '1', unitCost: '10' },
        { seq: 2, type: 'in', qty: '1', unitCost: '30' },
        { seq: 3, type: 'in', qty: '1', unitCost: '20' },
        { seq: 4, type: 'out', qty: '1' },
      ],
      expected: {
        totalCogs: '30',
        layers: [
          ['1', '20'],
          ['1', '10'],
        ],
      },
    },
  ],
  [
    'a period in which goods leave before they come',
    {
      method: 'FIFO_PERIODIC',
      events: [
        { seq: 1, type: 'out', qty: '2' },
        { seq: 2, type: 'in', qty: '3', unitCost: '7' },
      ],
      expected: { closingQty: '1', closingValue: '7', totalCogs: '14', goodsAvailable: '21' },
    },
  ],
])('%s', async ([id, vector]) => {
  const { lines } = await run(fileOf('policy.json', [{ id, ...vector }]));
  expect(lines).toEqual([expect.stringMatching(/^pass/), '1 passed, 0 failed, 0 not applicable']);
});

test('what failed is told with what was expected and what came', async () => {
  const wrong = { ...vector, expected: { ...vector.expected, closingValue: '9' } };
  const { code, lines } = await run(fileOf('wrong.json', [vector, wrong]), '--failures');
  expect(lines).toEqual([
    'fail            half a kilogram (valuation FIFO)\n    closingValue: expected 9, got 8',
    '1 passed, 1 failed, 0 not applicable',
  ]);
  expect(code).toBe(1);
});

describe('what Granary does not offer is not applicable, with the reason, and alone shows nothing', () => {
  test.for<[string, object, RegExp]>([
    ['a method', { method: 'BASE_STOCK' }, /no costing method BASE_STOCK/],
    ['a policy', { policy: { moon: 'full' } }, /no policy moon full/],
    ['a choice of a policy', { policy: { negative: 'clamp_to_zero' } }, /no policy negative clamp_to_zero/],
    ['an event', { events: [{ seq: 1, type: 'assemble' }] }, /no event of type assemble/],
  ])('%s', async ([, more, reason]) => {
    const { code, figures } = await run(fileOf('unknown.json', [{ ...vector, ...more }]), '--json');
    expect(figures).toMatchObject({ ok: false, notApplicable: 1, passed: 0, failed: 0 });
    expect(figures.vectors[0].reason).toMatch(reason);
    expect(code).toBe(1);
  });
});

test.for([
  ['no file', 'nowhere.json', undefined],
  ['no JSON', 'text.json', 'hello'],
  ['no vectors', 'empty.json', []],
] as const)('%s fails in one sentence', async ([, name, content]) => {
  const path = content === undefined ? join(folder, name) : fileOf(name, content);
  const { code, figures } = await run(path, '--json');
  expect(figures).toMatchObject({ ok: false, error: expect.stringContaining(name) });
  expect(code).toBe(1);
});
