/** Imports: their heads, the parts of their files, their rows in the order in which they are applied, and their errors. */
import type { ImportListInput } from '@granary/contracts/import';
import type { ImportErrorRow, ImportHeadRow, ImportLineRow, ImportPartRow } from '../entities/import.ts';
import type { SkuRow } from '../entities/sku.ts';
import { whereOf } from './filter.ts';
import { replaceRow } from './replace-row.ts';
import { importErrors, importLines, importParts, imports, skus } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows, ensureRows } from './write-rows.ts';

export async function appendImport(tx: Tx, row: ImportHeadRow): Promise<void> {
  await appendRows(tx, imports, [row]);
}

export async function replaceImport(tx: Tx, before: ImportHeadRow, row: ImportHeadRow): Promise<void> {
  await replaceRow(tx, { table: imports, keys: ['importId'], row, from: before.version });
}

export async function findImport(tx: Tx, importId: string): Promise<ImportHeadRow | undefined> {
  return (await tx.select(imports, 'WHERE t.import_id = ?', [importId]))[0];
}

export async function lockImport(tx: Tx, importId: string): Promise<ImportHeadRow | undefined> {
  return (await tx.select(imports, 'WHERE t.import_id = ? FOR UPDATE', [importId]))[0];
}

export type ImportFile = Pick<ImportHeadRow, 'kind' | 'fileHash' | 'isExport'>;

/** What stands for the very same file, read in the same way. */
export async function findImportOf(
  tx: Tx,
  { kind, fileHash, isExport }: ImportFile,
): Promise<ImportHeadRow | undefined> {
  const tail = 'WHERE t.kind = ? AND t.file_hash = UNHEX(?) AND t.is_export = ? AND t.standing = 1';
  return (await tx.select(imports, tail, [kind, fileHash, isExport ? 1 : 0]))[0];
}

/** Newest first. */
export async function listImports(
  tx: Tx,
  { input, before, limit }: { input: ImportListInput; before: string | undefined; limit: number },
): Promise<readonly ImportHeadRow[]> {
  const { where, parameters } = whereOf([
    ['t.import_id < ?', before],
    ['t.kind = ?', input.kind],
    ['t.state = ?', input.state],
  ]);
  return await tx.select(imports, `${where} ORDER BY t.import_id DESC LIMIT ${limit}`, parameters);
}

export async function findPart(tx: Tx, importId: string, partNo: number): Promise<ImportPartRow | undefined> {
  return (await tx.select(importParts, 'WHERE t.import_id = ? AND t.part_no = ?', [importId, partNo]))[0];
}

export async function appendPart(tx: Tx, row: ImportPartRow): Promise<void> {
  await appendRows(tx, importParts, [row]);
}

/** Rows that are there already are left as they are: a part may be read twice. */
export async function saveLines(tx: Tx, rows: readonly ImportLineRow[]): Promise<void> {
  await ensureRows(tx, importLines, rows);
}

/** In the order in which they are applied, those that were not yet. */
export async function nextLines(
  tx: Tx,
  { importId, after, limit }: { importId: string; after: LineKey | null; limit: number },
): Promise<readonly ImportLineRow[]> {
  const { where, parameters } = whereOf([
    ['t.import_id = ?', importId],
    ['t.outcome = 0'],
    ['t.position >= ? AND (t.position > ? OR t.row_no > ?)', after?.position, after?.position, after?.rowNo],
  ]);
  const tail = `FORCE INDEX (stock_import_row_order) ${where} ORDER BY t.position, t.row_no LIMIT ${limit}`;
  return await tx.select(importLines, tail, parameters);
}

export interface LineKey {
  readonly position: string;
  readonly rowNo: number;
}

/** Which of them nobody has applied meanwhile; whoever asks second waits and is told none. */
export async function lockWaiting(tx: Tx, importId: string, rowNos: readonly number[]): Promise<ReadonlySet<number>> {
  const rows = await tx.rows(
    `SELECT t.row_no AS rowNo FROM stock_import_row AS t FORCE INDEX (PRIMARY)
     WHERE t.import_id = ? AND t.row_no IN (?) AND t.outcome = 0 ORDER BY t.row_no FOR UPDATE`,
    [importId, rowNos],
  );
  return new Set(rows.map((row) => Number(row['rowNo'])));
}

export async function markLines(
  tx: Tx,
  importId: string,
  { rowNos, outcome }: { rowNos: readonly number[]; outcome: number },
): Promise<void> {
  if (rowNos.length === 0) return;
  const sql = 'UPDATE stock_import_row SET outcome = ? WHERE import_id = ? AND row_no IN (?)';
  await tx.write(sql, [outcome, importId, rowNos]);
}

/** Over all rounds of applying: what is marked has happened, whoever counted it. */
export async function countOutcomes(tx: Tx, importId: string): Promise<{ applied: number; unchanged: number }> {
  const [row] = await tx.rows(
    'SELECT COALESCE(SUM(outcome = 1), 0) AS applied, COALESCE(SUM(outcome = 2), 0) AS unchanged FROM stock_import_row WHERE import_id = ?',
    [importId],
  );
  return { applied: Number(row?.['applied'] ?? 0), unchanged: Number(row?.['unchanged'] ?? 0) };
}

/** Rows that say again what an earlier one says. */
export async function readRepeats(
  tx: Tx,
  importId: string,
  limit: number,
): Promise<readonly { rowNo: number; first: number }[]> {
  const rows = await tx.rows(
    `SELECT t.row_no AS rowNo, f.first_no AS firstNo FROM (
       SELECT row_key, MIN(row_no) AS first_no FROM stock_import_row
       WHERE import_id = ? AND row_key IS NOT NULL GROUP BY row_key HAVING COUNT(*) > 1) AS f
     STRAIGHT_JOIN stock_import_row AS t ON t.import_id = ? AND t.row_key = f.row_key AND t.row_no > f.first_no
     ORDER BY t.row_no LIMIT ${limit}`,
    [importId, importId],
  );
  return rows.map((row) => ({ rowNo: Number(row['rowNo']), first: Number(row['firstNo']) }));
}

/** SKUs that stand in several documents: the first row of each that is not the first document's. */
export async function readTornSkus(
  tx: Tx,
  importId: string,
  limit: number,
): Promise<readonly { rowNo: number; skuId: string }[]> {
  const rows = await tx.rows(
    `SELECT MAX(row_no) AS rowNo, sku_id AS skuId FROM stock_import_row WHERE import_id = ?
     GROUP BY sku_id HAVING COUNT(DISTINCT LEFT(position, 32)) > 1 ORDER BY rowNo LIMIT ${limit}`,
    [importId],
  );
  return rows.map((row) => ({ rowNo: Number(row['rowNo']), skuId: String(row['skuId']) }));
}

/** What must go into one document and is more than one may have. */
export async function readOverfull(
  tx: Tx,
  importId: string,
  { most, limit }: { most: number; limit: number },
): Promise<readonly { rowNo: number; rows: number }[]> {
  const rows = await tx.rows(
    `SELECT MIN(row_no) AS rowNo, COUNT(*) AS n FROM stock_import_row WHERE import_id = ?
     GROUP BY position HAVING COUNT(*) > ? ORDER BY rowNo LIMIT ${limit}`,
    [importId, most],
  );
  return rows.map((row) => ({ rowNo: Number(row['rowNo']), rows: Number(row['n']) }));
}

export async function saveErrors(tx: Tx, rows: readonly ImportErrorRow[]): Promise<void> {
  if (rows.length > 0) await ensureRows(tx, importErrors, rows);
}

export async function listErrors(
  tx: Tx,
  { importId, after, limit }: { importId: string; after: readonly string[] | undefined; limit: number },
): Promise<readonly ImportErrorRow[]> {
  const { where, parameters } = whereOf([
    ['t.import_id = ?', importId],
    ['t.row_no >= ? AND (t.row_no > ? OR t.error_no > ?)', after?.[0], after?.[0], after?.[1]],
  ]);
  return await tx.select(importErrors, `${where} ORDER BY t.row_no, t.error_no LIMIT ${limit}`, parameters);
}

export async function removeErrors(tx: Tx, importId: string): Promise<void> {
  await tx.write('DELETE FROM stock_import_error WHERE import_id = ?', [importId]);
}

export async function removeLines(tx: Tx, importId: string, limit: number): Promise<number> {
  return await tx.write(`DELETE FROM stock_import_row WHERE import_id = ? LIMIT ${limit}`, [importId]);
}

/** What is left of the files of imports that have ended; answers how many rows went. */
export async function removeLeftovers(tx: Tx, limit: number): Promise<number> {
  let went = 0;
  for (const [table, most] of [
    ['stock_import_part', 10],
    ['stock_import_row', limit],
  ] as const) {
    const [row] = await tx.rows(
      `SELECT t.import_id AS importId FROM ${table} AS t STRAIGHT_JOIN stock_import AS i ON i.import_id = t.import_id
       WHERE i.state IN ('done', 'cancelled') LIMIT 1`,
    );
    if (row !== undefined)
      went += await tx.write(`DELETE FROM ${table} WHERE import_id = ? LIMIT ${most}`, [row['importId']]);
  }
  return went;
}

/** In the order of the key, as whoever makes SKUs locks them. */
export async function lockSkus(tx: Tx, skuIds: readonly string[]): Promise<ReadonlyMap<string, SkuRow>> {
  if (skuIds.length === 0) return new Map();
  const rows = await tx.select(skus, 'WHERE t.sku_id IN (?) ORDER BY t.sku_id FOR UPDATE', [skuIds]);
  return new Map(rows.map((row) => [row.skuId, row]));
}

export async function appendSkus(tx: Tx, rows: readonly SkuRow[]): Promise<void> {
  if (rows.length > 0) await appendRows(tx, skus, rows);
}

export async function replaceSku(tx: Tx, before: SkuRow, row: SkuRow): Promise<void> {
  await replaceRow(tx, { table: skus, keys: ['skuId'], row, from: before.version });
}
