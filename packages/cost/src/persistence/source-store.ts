/** What movements refer to: their documents, batches and originals, as the same unit of work has written them. */
import type { DocumentType } from '@granary/contracts/document';
import { NEVER } from '@granary/domain/entities/batch';
import { fromDatabaseTime } from '@granary/domain/persistence/database-time';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { OnHandChange } from '@granary/domain/ports/on-hand-handler';
import { flowOf, type SourceDocument, type Sources } from '../rules/movement-events.ts';
import { costFlows } from './tables.ts';

export async function readSources(tx: Tx, changes: readonly OnHandChange[]): Promise<Sources> {
  const documents = await readDocuments(tx, distinct(changes.map(({ documentId }) => documentId)));
  const batches = await readBatches(tx, distinct(changes.map(({ batchId }) => batchId)));
  const backward = changes.filter(({ kind }) => kind === 'return' || kind === 'reverse');
  const originals = await readOriginals(tx, distinct(backward.map(({ documentId }) => documentId)));
  const skuIds = distinct(backward.map(({ skuId }) => skuId));
  const known = await readKnown(tx, skuIds, distinct([...originals.values()].flat()));
  return { documents, batches, originals, known: (skuId, flowId) => known.has(`${skuId}\0${flowId}`) };
}

function distinct(ids: readonly (string | null | undefined)[]): readonly string[] {
  return [...new Set(ids.filter((id) => id !== null && id !== undefined))];
}

async function readDocuments(tx: Tx, ids: readonly string[]): Promise<Sources['documents']> {
  if (ids.length === 0) return new Map();
  const rows = await tx.rows(
    `SELECT t.document_id AS id, t.type AS type, t.reverses_id AS reversesId, r.type AS reversesType
     FROM stock_document AS t FORCE INDEX (PRIMARY) LEFT JOIN stock_document AS r ON r.document_id = t.reverses_id
     WHERE t.document_id IN (?)`,
    [[...ids]],
  );
  return new Map(
    rows.map((row): [string, SourceDocument] => {
      const reverses =
        row['reversesId'] === null
          ? undefined
          : { documentId: String(row['reversesId']), type: String(row['reversesType']) as DocumentType };
      return [String(row['id']), { type: String(row['type']) as DocumentType, reverses }];
    }),
  );
}

async function readBatches(tx: Tx, ids: readonly string[]): Promise<Sources['batches']> {
  if (ids.length === 0) return new Map();
  const rows = await tx.rows(
    'SELECT t.batch_id AS id, t.batch_no AS batchNo, t.expires_at AS expiresAt FROM stock_batch AS t FORCE INDEX (PRIMARY) WHERE t.batch_id IN (?)',
    [[...ids]],
  );
  return new Map(
    rows.map((row) => {
      const expiresAt = fromDatabaseTime(String(row['expiresAt']));
      return [
        String(row['id']),
        { batchNo: String(row['batchNo']), expiresAt: expiresAt === NEVER ? null : expiresAt },
      ];
    }),
  );
}

/** An original is a line of a document, or of a reservation whose goods were deducted; a return that was taken back leads on to its own. */
async function readOriginals(tx: Tx, ids: readonly string[]): Promise<Sources['originals']> {
  if (ids.length === 0) return new Map();
  const rows = await tx.rows(
    `SELECT t.document_id AS id, t.line_no AS line, t.original_id AS originalId, t.original_line AS originalLine,
       d.batch_id AS documentBatch, h.batch_id AS holdBatch, o.type AS type,
       d.original_id AS firstId, f.batch_id AS firstBatch, g.batch_id AS firstHoldBatch
     FROM stock_document_line AS t FORCE INDEX (PRIMARY)
     LEFT JOIN stock_document_line AS d ON d.document_id = t.original_id AND d.line_no = t.original_line
     LEFT JOIN stock_document AS o ON o.document_id = t.original_id
     LEFT JOIN reservation_line AS h ON h.reservation_id = t.original_id AND h.line_no = t.original_line
     LEFT JOIN stock_document_line AS f ON f.document_id = d.original_id AND f.line_no = d.original_line
     LEFT JOIN reservation_line AS g ON g.reservation_id = d.original_id AND g.line_no = d.original_line
     WHERE t.document_id IN (?) ORDER BY t.document_id, t.line_no`,
    [[...ids]],
  );
  const originals = new Map<string, (string | undefined)[]>();
  for (const row of rows) {
    const flows = originals.get(String(row['id'])) ?? [];
    flows.push(flowNamedBy(row));
    originals.set(String(row['id']), flows);
  }
  return originals;
}

function flowNamedBy(row: Readonly<Record<string, unknown>>): string | undefined {
  if (row['originalId'] === null) return undefined;
  if (row['type'] === 'return') {
    const batch = row['firstBatch'] ?? row['firstHoldBatch'];
    return batch === null || row['firstId'] === null ? undefined : flowOf(String(row['firstId']), String(batch));
  }
  const batch = row['documentBatch'] ?? row['holdBatch'];
  return batch === null ? undefined : flowOf(String(row['originalId']), String(batch));
}

async function readKnown(tx: Tx, skuIds: readonly string[], flowIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (skuIds.length === 0 || flowIds.length === 0) return new Set();
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.flow_id AS flowId FROM ${costFlows.name} AS t FORCE INDEX (PRIMARY)
     WHERE t.sku_id IN (?) AND t.flow_id IN (?)`,
    [[...skuIds], [...flowIds]],
  );
  return new Set(rows.map((row) => `${String(row['skuId'])}\0${String(row['flowId'])}`));
}
