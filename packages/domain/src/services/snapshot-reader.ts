/** The rows of a snapshot as one list, each level before its batches; and two of these lists side by side. */
import type { Page } from '@granary/contracts/page';
import type {
  SnapshotCompareInput,
  SnapshotDifference,
  SnapshotRow,
  SnapshotRowsInput,
} from '@granary/contracts/snapshot';
import { compareBytes } from '../rules/byte-order.ts';
import { pageOf, pageOfScan } from '../persistence/page.ts';
import {
  readSnapshotBatches,
  readSnapshotLevels,
  type SnapshotRowKey,
  type SnapshotRowQuery,
} from '../persistence/snapshot-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { batchRow, difference, levelRow } from '../rules/snapshot-answer.ts';

/** Rows of each snapshot that one call looks at. */
const LOOKED_AT = 2000;

export async function readSnapshotRows(tx: Tx, input: SnapshotRowsInput): Promise<Page<SnapshotRow>> {
  const { snapshotId, skuId, locationId } = input;
  return await pageOf({
    ...{ list: 'snapshotRows', parts: 3, input },
    load: (after, limit) => rowsOf(tx, { snapshotId, skuId, locationId, after: keyFrom(after), limit }),
    keyOf: keyOf,
  });
}

export async function compareSnapshots(tx: Tx, input: SnapshotCompareInput): Promise<Page<SnapshotDifference>> {
  return await pageOfScan({
    ...{ list: 'snapshotDifferences', parts: 3, input },
    scan: (after, limit) => scan(tx, { input, after: keyFrom(after), limit }),
  });
}

interface Scanning {
  readonly input: SnapshotCompareInput;
  readonly after: SnapshotRowKey | undefined;
  readonly limit: number;
}

/** Two sorted lists, as far as both are known. */
async function scan(
  tx: Tx,
  { input, after, limit }: Scanning,
): Promise<{ items: readonly SnapshotDifference[]; end: readonly string[] | null }> {
  const from = await rowsOf(tx, { snapshotId: input.fromId, after, limit: LOOKED_AT });
  const to = await rowsOf(tx, { snapshotId: input.toId, after, limit: LOOKED_AT });
  const ends = [from, to].flatMap((rows) => (rows.length < LOOKED_AT ? [] : rows.slice(-1)));
  const horizon = ends.toSorted(byKey)[0];
  const pairs = paired(from, to).filter(({ row }) => horizon === undefined || byKey(row, horizon) <= 0);
  const items: SnapshotDifference[] = [];
  for (const { row, was, is } of pairs) {
    const found = difference(was, is);
    if (found === undefined) continue;
    items.push(found);
    if (items.length === limit) {
      const isEnd = horizon === undefined && pairs.at(-1)?.row === row;
      return { items, end: isEnd ? null : keyOf(row) };
    }
  }
  return { items, end: horizon === undefined ? null : keyOf(horizon) };
}

interface Pair {
  /** Of both, the later one: their keys are the same. */
  readonly row: SnapshotRow;
  readonly was: SnapshotRow | undefined;
  readonly is: SnapshotRow | undefined;
}

function paired(from: readonly SnapshotRow[], to: readonly SnapshotRow[]): readonly Pair[] {
  const both = new Map<string, Pair>();
  for (const row of from) both.set(keyOf(row).join('\0'), { row, was: row, is: undefined });
  for (const row of to) {
    const key = keyOf(row).join('\0');
    both.set(key, { row, was: both.get(key)?.was, is: row });
  }
  return [...both.values()].toSorted((a, b) => byKey(a.row, b.row));
}

async function rowsOf(tx: Tx, query: SnapshotRowQuery): Promise<readonly SnapshotRow[]> {
  const levels = await readSnapshotLevels(tx, query);
  const batches = await readSnapshotBatches(tx, query);
  return [...levels.map(levelRow), ...batches.map(batchRow)].toSorted(byKey).slice(0, query.limit);
}

function keyOf({ skuId, locationId, batchId }: SnapshotRow): readonly string[] {
  return [skuId, locationId, batchId ?? ''];
}

function keyFrom(key: readonly string[] | undefined): SnapshotRowKey | undefined {
  if (key === undefined) return undefined;
  const [skuId = '', locationId = '', batchId = ''] = key;
  return { skuId, locationId, batchId };
}

function byKey(a: SnapshotRow, b: SnapshotRow): number {
  return (
    compareBytes(a.skuId, b.skuId) ||
    compareBytes(a.locationId, b.locationId) ||
    compareBytes(a.batchId ?? '', b.batchId ?? '')
  );
}
