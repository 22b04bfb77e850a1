/** What movements refer to that bring goods back or take them back: documents and originals, as the same unit of work has written them. */
import type { DocumentType } from '@granary/contracts/document';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { OnHandChange } from '@granary/domain/ports/on-hand-handler';
import { flowOf, type Sources } from '../rules/movement-events.ts';
import { readKnown } from './flow-store.ts';

const NOTHING: Sources = { reversed: new Map(), originals: new Map(), known: () => false };

/** Nothing is read for goods that only come or go: their changes say all there is to know. */
export async function readSources(tx: Tx, changes: readonly OnHandChange[]): Promise<Sources> {
  const backward = changes.filter(({ kind }) => kind === 'return' || kind === 'reverse');
  if (backward.length === 0) return NOTHING;
  const reversals = backward.filter(({ kind }) => kind === 'reverse');
  const reversed = await readReversed(tx, distinct(reversals.map(({ documentId }) => documentId)));
  const originals = await readOriginals(tx, distinct(backward.map(({ documentId }) => documentId)));
  const skuIds = distinct(backward.map(({ skuId }) => skuId));
  const owed = [...reversed.values()].map(({ documentId }) => flowOf(documentId, null));
  const known = await readKnown(tx, skuIds, distinct([...[...originals.values()].flat(), ...owed]));
  return { reversed, originals, known: (skuId, flowId) => known.has(`${skuId}\0${flowId}`) };
}

function distinct(ids: readonly (string | null | undefined)[]): readonly string[] {
  return [...new Set(ids.filter((id) => id !== null && id !== undefined))];
}

async function readReversed(tx: Tx, ids: readonly string[]): Promise<Sources['reversed']> {
  if (ids.length === 0) return new Map();
  const rows = await tx.rows(
    `SELECT t.document_id AS id, r.document_id AS reversedId, r.type AS type
     FROM stock_document AS t FORCE INDEX (PRIMARY) JOIN stock_document AS r ON r.document_id = t.reverses_id
     WHERE t.document_id IN (?)`,
    [[...ids]],
  );
  return new Map(
    rows.map((row) => [
      String(row['id']),
      { documentId: String(row['reversedId']), type: String(row['type']) as DocumentType },
    ]),
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
