/** Definitions of bundles and virtual SKUs. Whoever decides by one locks it first, before any level. */
import type { BundleListInput } from '@granary/contracts/bundle';
import type { VirtualListInput } from '@granary/contracts/virtual';
import type { Assembly, AssemblyKind, AssemblyRow } from '../entities/assembly.ts';
import { whereOf } from './filter.ts';
import type { PageOf } from './list-store.ts';
import { replaceRow } from './replace-row.ts';
import { assemblies, assemblyParts, assemblyShelves } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows, ensureRows } from './write-rows.ts';

/**
 * Shared, so that calls on one bundle do not wait for each other here; what is virtual may have a cap, which only one call
 * at a time may use up.
 */
const lockOf: Record<AssemblyKind, string> = { bundle: 'LOCK IN SHARE MODE', virtual: 'FOR UPDATE' };

/** The definitions in force of some SKUs, in the order of their keys. */
export async function lockAssemblies(
  tx: Tx,
  { kind, skuIds }: { kind: AssemblyKind; skuIds: readonly string[] },
): Promise<readonly Assembly[]> {
  if (skuIds.length === 0) return [];
  const rows = await tx.select(
    assemblies,
    `FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) AND t.kind = ? AND t.state = 'active' ORDER BY t.sku_id ${lockOf[kind]}`,
    [[...new Set(skuIds)], kind],
  );
  return await withParts(tx, rows);
}

/** The same without a lock: for answers. */
export async function readAssemblies(tx: Tx, skuIds: readonly string[]): Promise<readonly Assembly[]> {
  if (skuIds.length === 0) return [];
  const ids = [...new Set(skuIds)];
  return await withParts(
    tx,
    await tx.select(assemblies, `FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) AND t.state = 'active'`, [ids]),
  );
}

/** One definition, in force or removed. */
export async function findAssembly(
  tx: Tx,
  { skuId, isLocked }: { skuId: string; isLocked: boolean },
): Promise<Assembly | undefined> {
  const rows = await tx.select(assemblies, `WHERE t.sku_id = ?${isLocked ? ' FOR UPDATE' : ''}`, [skuId]);
  return (await withParts(tx, rows))[0];
}

/** A definition in force that contains this SKU. */
export async function findWhole(tx: Tx, partSkuId: string): Promise<string | undefined> {
  const [row] = await tx.rows(
    `SELECT t.sku_id AS skuId FROM stock_assembly_part AS t FORCE INDEX (stock_assembly_part_sku)
     JOIN stock_assembly AS a ON a.sku_id = t.sku_id AND a.state = 'active'
     WHERE t.part_sku_id = ? ORDER BY t.sku_id LIMIT 1`,
    [partSkuId],
  );
  return row === undefined ? undefined : String(row['skuId']);
}

/** Whether goods of this SKU have left one place and not come to another: they must find a level there. */
export async function isBetweenPlaces(tx: Tx, skuId: string): Promise<boolean> {
  const rows = await tx.rows(
    `SELECT 1 FROM stock_transfer_part AS t FORCE INDEX (stock_transfer_part_sku)
     WHERE t.sku_id = ? AND t.in_transit > 0 LIMIT 1`,
    [skuId],
  );
  return rows.length > 0;
}

/**
 * What is held of some virtual SKUs, wherever it was taken from when it was held. Found from the batches that hold anything
 * now, so that the holds of the past cost nothing and the table of reservations needs no further index.
 */
export async function readHeldUnits(tx: Tx, definitions: readonly Assembly[]): Promise<ReadonlyMap<string, number>> {
  if (definitions.length === 0) return new Map();
  const skuIds = definitions.map((each) => each.skuId);
  const rows = await tx.rows(
    `SELECT r.sku_id AS skuId, SUM(r.quantity - r.fulfilled) AS held
     FROM (
       SELECT DISTINCT l.reservation_id FROM stock_assembly_shelf AS s FORCE INDEX (PRIMARY)
       STRAIGHT_JOIN stock_batch AS b FORCE INDEX (stock_batch_no) ON b.sku_id = s.part_sku_id AND b.reserved > 0
       STRAIGHT_JOIN reservation_line AS l FORCE INDEX (reservation_line_batch) ON l.batch_id = b.batch_id AND l.is_held = 1
       WHERE s.sku_id IN (?)
     ) AS h JOIN reservation AS r ON r.reservation_id = h.reservation_id
     WHERE r.sku_id IN (?) GROUP BY r.sku_id`,
    [skuIds, skuIds],
  );
  return new Map(rows.map((row) => [String(row['skuId']), Number(row['held'])]));
}

type ListInput = Pick<BundleListInput & VirtualListInput, 'componentSkuId' | 'realSkuId' | 'state' | 'limit'>;

export async function listAssemblies(
  tx: Tx,
  { kind, input, after, limit }: PageOf<ListInput> & { kind: AssemblyKind },
): Promise<readonly Assembly[]> {
  const { where, parameters } = whereOf([
    ['t.kind = ?', kind],
    ['t.state = ?', input.state],
    ['t.sku_id > ?', after?.[0]],
    [
      'EXISTS (SELECT 1 FROM stock_assembly_part AS p WHERE p.sku_id = t.sku_id AND p.part_sku_id = ?)',
      input.componentSkuId ?? input.realSkuId,
    ],
  ]);
  return await withParts(tx, await tx.select(assemblies, `${where} ORDER BY t.sku_id LIMIT ${limit}`, parameters));
}

/** Parts never change without the version of their header. */
async function withParts(tx: Tx, headers: readonly AssemblyRow[]): Promise<readonly Assembly[]> {
  if (headers.length === 0) return [];
  const rows = await tx.select(
    assemblyParts,
    'FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) ORDER BY t.sku_id, t.line_no',
    [headers.map((header) => header.skuId)],
  );
  return headers.map((header) => ({ ...header, parts: rows.filter((row) => row.skuId === header.skuId) }));
}

export async function writeAssembly(tx: Tx, assembly: Assembly, before: Assembly | undefined): Promise<void> {
  const { parts, ...header } = assembly;
  if (before === undefined) await appendRows(tx, assemblies, [header]);
  else await replaceRow(tx, { table: assemblies, keys: ['skuId'], row: header, from: before.version });
  if (before !== undefined)
    await tx.write('DELETE t FROM stock_assembly_part AS t WHERE t.sku_id = ?', [assembly.skuId]);
  await appendRows(tx, assemblyParts, parts);
  const shelves = parts.map(({ skuId, partSkuId }) => ({ skuId, partSkuId }));
  if (assembly.kind === 'virtual') await ensureRows(tx, assemblyShelves, shelves);
}
