/** What a newcomer does first: a strategy of their own. It must take one new file, its test, and one line where strategies are named. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, appendFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const PACKAGES = ['contracts', 'testkit', 'domain'];
const STRATEGIES = 'packages/domain/src/strategies';

const STRATEGY = `/** The fullest batch first, so that the fewest shelves are touched; ties by receipt, then id. */
import { oldestFirst, orderedBy } from './strategy.ts';

export const fullestFirst = orderedBy('fullest_first', 'all', (a, b) => b.free - a.free || oldestFirst(a, b));
`;

const STRATEGY_TEST = `import { describe, expect, it } from 'vitest';
import { createStrategyRegistry } from './registry.ts';
import type { Candidate } from './strategy.ts';

const candidate = (batchId: string, free: number) => ({ batchId, free, receivedAt: '2026-01-01T00:00:00.000000Z' }) as Candidate;

describe('fullest_first', () => {
  it('is known by its name and takes the fullest batch first', () => {
    const strategy = createStrategyRegistry([]).find('fullest_first');
    const now = '2026-11-20T00:00:00.000000Z' as never;
    const order = strategy?.order([candidate('a', 2), candidate('b', 9), candidate('c', 5)], { quantity: 3, now });
    expect(order?.map(({ batchId }) => batchId)).toEqual(['b', 'c', 'a']);
  });
});
`;

let copy = '';

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'granary-newcomer-'));
  for (const name of [
    'tsconfig.base.json',
    'package.json',
    'scripts',
    ...PACKAGES.map((folder) => `packages/${folder}`),
  ]) {
    // Links between packages are relative and stay so: in the copy they lead to the copies.
    cpSync(join(project, name), join(copy, name), {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
    });
  }
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('a newcomer', () => {
  it('adds an allocation strategy with one new file, its test, and one line', () => {
    writeFileSync(join(copy, STRATEGIES, 'fullest-first.ts'), STRATEGY);
    writeFileSync(join(copy, STRATEGIES, 'fullest-first.test.ts'), STRATEGY_TEST);
    appendFileSync(join(copy, STRATEGIES, 'built-in.ts'), "export { fullestFirst } from './fullest-first.ts';\n");

    run('tsc', ['-b', 'packages/domain'], copy);
    const report = run('vitest', ['run', 'src/strategies/fullest-first.test.ts'], join(copy, 'packages/domain'));
    expect(report).toMatch(/Tests\s+1 passed/);
  });
});

function run(tool: string, args: string[], cwd: string): string {
  const program = join(project, 'node_modules/.bin', tool);
  try {
    return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: 'pipe', env: { NO_COLOR: '1' } });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${tool} failed\n${stdout}${stderr}`, { cause: error });
  }
}
