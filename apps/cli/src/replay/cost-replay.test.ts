/** `replay --methods` against figures that were made elsewhere: without costing inside the transaction there would be none to compare. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { needsShared } from '@granary/testkit/shared-folder';
import { afterAll, describe, expect, it } from 'vitest';
import { command } from '../commands/replay.ts';
import { runCommand } from '../run-command.ts';
import type { CostResult } from './cost-figures.ts';

const folder = mkdtempSync(join(tmpdir(), 'granary-replay-costs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string): string => join(folder, name);

const METHODS = 'fifo,lifo,weighted_average,periodic_average';
/** The whole stream takes minutes; the item with the fewest rows, over fourteen months, stands for the 200. */
const ITEM = '23313';
const PATIENCE_MS = 240_000;

interface Answer {
  readonly code: number;
  readonly figures: Readonly<Record<string, unknown>>;
  readonly complaints: string;
}

async function replay(args: readonly string[]): Promise<Answer> {
  const lines: string[] = [];
  const complaints: string[] = [];
  const stderr = { write: (text: string) => complaints.push(text) > 0, isTTY: false } as unknown as NodeJS.WriteStream;
  const stdout = (line: string) => void lines.push(line);
  const code = await runCommand(command, [...args, '--json'], { stdout, stderr, signal: new AbortController().signal });
  return { code, figures: JSON.parse(lines.at(-1) ?? '{}'), complaints: complaints.join('') };
}

const resultIn = (name: string): CostResult => JSON.parse(readFileSync(file(name), 'utf8')) as CostResult;

async function costsTheItem(shared: string): Promise<void> {
  const { skus } = JSON.parse(readFileSync(join(shared, 'truth/replay_expected.json'), 'utf8')) as CostResult;
  const wanted = skus[ITEM];
  writeFileSync(file('expected.json'), JSON.stringify({ skus: { [ITEM]: wanted } }));
  const [heading, ...lines] = gunzipSync(readFileSync(join(shared, 'data/replay_events.csv.gz')))
    .toString()
    .split('\n');
  const own = lines.filter((line) => line.split(',')[2] === ITEM);
  writeFileSync(file('item.csv'), [heading, ...own].join('\n'));
  const options = ['--methods', METHODS, '--expected', file('expected.json'), '--out', file('item.json')];
  const { code, figures } = await replay([file('item.csv'), ...options]);
  expect({ code, ...figures }).toMatchObject({ code: 0, ok: true, compared: 1, differences: 0, violating: [] });
  const found = resultIn('item.json').skus[ITEM];
  expect(Object.keys(found ?? {}).toSorted()).toEqual(Object.keys(wanted ?? {}).toSorted());
  const { events, inQty, outQty, closingQty, inValue } = wanted ?? {};
  expect(found).toMatchObject({ events, inQty, outQty, closingQty, inValue });
  expect(found?.FIFO?.layers).toBe(wanted?.FIFO?.layers);
}

/** By hand: 4 of 1.00, then 6 of 1.00 and 2 of 2.00 are sold; 8 of 2.00 and the one that came back are left. */
const STREAM = [
  'seq,ts,sku,type,qty,unit_cost,ref',
  '1,2011-01-05T00:00:00Z,A,receipt,10,1.00,R-1',
  '2,2011-01-06T00:00:00Z,A,sale,4,,S-1',
  '3,2011-02-07T00:00:00Z,A,receipt,10,2.00,R-2',
  '4,2011-02-08T00:00:00Z,A,sale,8,,S-2',
  '5,2011-02-09T00:00:00Z,A,return,1,2.00,S-2',
].join('\n');

describe('replay --methods', () => {
  needsShared(it)('costs a real item as it should cost, month by month, by every method', costsTheItem, PATIENCE_MS);

  it('writes what each SKU cost and names what differs from what was expected', async () => {
    writeFileSync(file('stream.csv'), STREAM);
    writeFileSync(
      file('wrong.json'),
      '{"skus":{"A":{"closingQty":9,"FIFO":{"cogs":"14.02","closingValue":"18.01"}},"B":{"closingQty":0,"FIFO":{"cogs":"0","closingValue":"0"}}}}',
    );
    const options = ['--methods', 'fifo', '--expected', file('wrong.json'), '--out', file('fifo.json')];
    const { code, figures } = await replay([file('stream.csv'), ...options]);
    expect({ code, ...figures }).toMatchObject({ code: 1, ok: false, compared: 2, differences: 2 });
    expect(figures['differing']).toEqual([
      { sku: 'A', method: 'fifo', at: 'cogs', expected: '14.02', found: '14.0000' },
      { sku: 'B', method: 'fifo', at: 'figures', expected: 'some', found: 'none' },
    ]);
    expect(figures['methods']).toMatchObject([{ method: 'fifo', documents: 5, months: 2, violations: 0 }]);
    expect(resultIn('fifo.json').skus).toEqual({
      A: {
        ...{ events: 5, inQty: 21, outQty: 12, closingQty: 9, inValue: '32.0000' },
        FIFO: { cogs: '14.0000', closingValue: '18.0000', layers: 2 },
      },
    });
  }, 60_000);

  it.for<[what: string, args: readonly string[], complaint: RegExp]>([
    ['a method that nobody knows', ['--methods', 'fifo,hifo'], /takes fifo, lifo, .* not 'hifo'/],
    ['a Granary that runs already', ['--methods', 'fifo', '--url', 'http://127.0.0.1:1'], /goes without --url/],
    ['nothing to choose the items by', ['--methods', 'fifo', '--expected-only'], /needs the expected results/],
  ])('refuses %s before anything is started', async ([, args, complaint]) => {
    writeFileSync(file('stream.csv'), STREAM);
    const { code, complaints } = await replay([file('stream.csv'), ...args]);
    expect(code).toBe(2);
    expect(complaints).toMatch(complaint);
  });
});
