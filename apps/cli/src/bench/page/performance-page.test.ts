/** The page is what the generator makes of the outputs beside it, and nobody wrote into it by hand. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Output } from './output.ts';
import { performancePage } from './performance-page.ts';
import { writePage } from './write-page.ts';

const DOCS = fileURLToPath(new URL('../../../../../docs/performance', import.meta.url));

const output = {
  ...{ command: 'bench', bench: 'many', percent: 100, rounds: 3, machine: '2 cores', measuredOn: '2026-11-20' },
  ...{ seconds: 12, ok: false, durability: { innodb_flush_log_at_trx_commit: '1' } },
  goals: [
    { name: 'times REF', measured: 2.5, limit: 1.7, wish: 3, bound: 'least', ok: true },
    { name: 'failed', measured: 3, limit: 0, ok: false },
  ],
  cells: {
    64: {
      Granary: { perSecond: 12_345, p50Ms: 1.5, p99Ms: 3, failures: { INV_012: 3 } },
      batchSizes: { transactions: 4, mean: 60, p50: 64, largest: 64 },
    },
  },
  statements: { hot: [{ statement: 'INSERT stock_movement', times: 9, medianUs: 1800, share: 0.3 }] },
  fillSeconds: 7,
} as const;

describe('the page on performance', () => {
  it('in docs is what the outputs beside it say', () => {
    const kept = JSON.parse(readFileSync(`${DOCS}.json`, 'utf8')) as Output[];
    expect(readFileSync(`${DOCS}.md`, 'utf8')).toBe(performancePage(kept));
  });

  it('shows goals, loads, transactions, statements and whatever else was told', () => {
    const page = performancePage([output as unknown as Output]);
    for (const line of [
      '| [many](#many) | 1 of 2 | 2026-11-20 | 3 | 100 % |',
      '- many: 2 cores; `innodb_flush_log_at_trx_commit` 1',
      '| times REF | 2.5 | at least 1.7 | 3 | yes |',
      '| failed | 3 | at most 0 |  | **no** |',
      '| 64, Granary | 12,345 | 1.5 | 3 | {"INV_012":3} |',
      '| 64 | 60 | 64 | 64 |',
      '| INSERT stock_movement | 9 | 1,800 | 0.3 |',
      '- fillSeconds: 7',
    ])
      expect(page.split('\n')).toContain(line);
  });

  it('keeps the newest output of each bench, in the order in which they are known', () => {
    const folder = mkdtempSync(join(tmpdir(), 'granary-page-'));
    try {
      const write = (name: string, value: object) => {
        writeFileSync(join(folder, name), `progress\n${JSON.stringify(value)}\n`);
        return join(folder, name);
      };
      const out = join(folder, 'performance');
      const files = [write('a', output), write('b', { ...output, bench: 'reserve' })];
      writePage({ files, out });
      writePage({ files: [write('c', { ...output, seconds: 99 })], out });
      const kept = JSON.parse(readFileSync(`${out}.json`, 'utf8')) as Output[];
      expect(kept.map(({ bench, seconds }) => `${bench} ${seconds}`)).toEqual(['reserve 12', 'many 99']);
      expect(() => writePage({ files: [write('d', { ok: true })], out })).toThrow('does not end with');
      expect(existsSync(`${out}.md`)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
