import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readEventFile } from './event-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'granary-events-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEADING = 'seq,ts,sku,type,qty,unit_cost,ref';
const RECEIPT = '1,2010-11-29T00:00:00Z,A,receipt,79,0.46,R-1';
let files = 0;

function written(content: string | Buffer, ending = '.csv'): string {
  const path = join(folder, `${(files += 1)}${ending}`);
  writeFileSync(path, content);
  return path;
}

describe('an order stream', () => {
  it('is read from CSV and from gzip alike, whatever the order of its columns and line ends', async () => {
    const plain = await readEventFile(written(`${HEADING}\n${RECEIPT}\n2,2010-12-01T08:26:00Z,A,sale,6,,536365\n`));
    expect(plain).toEqual([
      {
        line: 2,
        seq: '1',
        ts: '2010-11-29T00:00:00.000000Z',
        sku: 'A',
        type: 'receipt',
        qty: 79,
        unitCost: '0.46',
        ref: 'R-1',
      },
      {
        line: 3,
        seq: '2',
        ts: '2010-12-01T08:26:00.000000Z',
        sku: 'A',
        type: 'sale',
        qty: 6,
        unitCost: '',
        ref: '536365',
      },
    ]);
    const other = '\uFEFFref,unit_cost,qty,type,sku,ts,seq\r\nR-1,0.46,79,receipt,A,2010-11-29T00:00:00Z,1\r\n';
    expect(await readEventFile(written(gzipSync(other), '.csv.gz'))).toEqual(plain.slice(0, 1));
  });

  it('reads quoted cells', async () => {
    const [row] = await readEventFile(written(`${HEADING}\n1,2010-11-29T00:00:00Z,"A, ""big""",receipt,1,1.00,"R"`));
    expect(row).toMatchObject({ sku: 'A, "big"', ref: 'R' });
  });

  it('stops looking after the limit', async () => {
    const path = written(`${HEADING}\n${RECEIPT}\nnonsense\n`);
    expect(await readEventFile(path, { limit: 1 })).toHaveLength(1);
  });

  it.each([
    ['2,2010-12-01,A,sale,6,,1', /ts must be a time with an offset .*, not '2010-12-01'/],
    ['2,2010-12-01T08:26:00Z,A,sale,1.5,,1', /qty must be a whole number of at least 1, not '1.5'/],
    ['2,2010-12-01T08:26:00Z,A,sale,0,,1', /qty must be/],
    ['2,2010-12-01T08:26:00Z,A,sale,99999999999,,1', /qty must be/],
    ['2,2010-12-01T08:26:00Z,A,return,1,,1', /unit_cost must be a decimal such as 10.50 in a return, not ''/],
    ['2,2010-12-01T08:26:00Z,A,gift,1,,1', /type must be receipt, sale or return, not 'gift'/],
    ['2,2010-12-01T08:26:00Z, A,sale,1,,1', /sku must be an identifier/],
    ['2,2010-12-01T08:26:00Z,A,sale,1,,', /ref must be an identifier/],
    ['1,2010-12-01T08:26:00Z,A,sale,1,,1', /seq 1 was used before/],
    ['2,2010-12-01T08:26:00Z,A,sale', /4 cells where 7 are needed/],
    ['2,2010-12-01T08:26:00Z,"A,sale,1,,1', /the quotes do not match/],
  ])('names the line of the malformed row %j', async (row, problem) => {
    const failure = readEventFile(written(`${HEADING}\n${RECEIPT}\n${row}\n`));
    await expect(failure).rejects.toThrow(problem);
    await expect(failure).rejects.toThrow(/^Line 3 of .*Nothing was sent\.$/);
  });

  it.each([
    ['a cut gzip', () => written(gzipSync(`${HEADING}\n${RECEIPT}\n`).subarray(0, 40), '.csv.gz'), /cannot be read/],
    ['no gzip at all', () => written(HEADING, '.csv.gz'), /cannot be read/],
    ['an empty file', () => written(''), /is empty: the first line must name the columns/],
    ['another heading', () => written('a,b\n1,2\n'), /Line 1 .*seq, ts, sku, type, qty, unit_cost, ref not found/],
    ['a file that is not there', () => join(folder, 'none.csv'), /There is no file/],
  ])('tells plainly of %s', async (_what, path, problem) => {
    await expect(readEventFile(path())).rejects.toThrow(problem);
  });
});
