/**
 * Rows that bring stock in: openings and batches become documents of Granary's own numbering, receipts the purchases that
 * they name. What many rows may have wrong is asked of each; whatever else a document is refused for, it is refused as a whole.
 */
import type { InboundLine } from '@granary/contracts/document';
import type { ImportError, ImportKind, ImportRow } from '@granary/contracts/import';
import type { BatchRow } from '../entities/batch.ts';
import { levelKey, type LevelRow } from '../entities/level.ts';
import type { ImportLineRow } from '../entities/import.ts';
import { loadBatchesByNumber } from '../persistence/batch-store.ts';
import { readLevels } from '../persistence/level-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, notFound, numberTaken, present, unknownSku } from '../refusal.ts';
import { ownsNoLevel } from '../rules/assembly.ts';
import type { Draft } from '../rules/draft.ts';
import { invalid } from '../rules/import-line.ts';
import { movedAlready } from '../rules/opening.ts';
import type { Decision, Engine } from './execution.ts';
import { type Deciding, groupOf, type Settled, toError, valueOf } from './import-row.ts';
import { plainReceipt } from './plain-receipt.ts';
import { decideInbound, type Inbound } from './receiving.ts';
import { loadDraft } from './stock-loader.ts';

type DocumentKind = Extract<ImportKind, 'opening' | 'batches' | 'receipts'>;
type DocumentDeciding = Deciding & { readonly kind: DocumentKind };

interface Line {
  readonly row: ImportLineRow;
  readonly value: InboundLine & Partial<Omit<ImportRow<'opening'> & ImportRow<'receipts'>, keyof InboundLine>>;
  readonly kept: Readonly<Record<string, string>>;
}

export async function decideDocumentLines(
  tx: Tx,
  engine: Engine,
  { head, kind, lines }: DocumentDeciding,
): Promise<Decision<Settled>> {
  const all = lines.map((row): Line => ({ row, ...valueOf<Line['value']>(row) }));
  const skuIds = [...new Set(all.map(({ value }) => value.skuId))];
  const draft = await loadDraft(tx, engine, { levels: { skuIds: [], pairs: [] }, skuIds });
  const { errors, unchanged } = await lookedAt(tx, engine, { kind, lines: all, draft, skuIds });
  const bad = new Set(errors.map(({ row }) => row));
  const badGroups = new Set(all.filter(({ row }) => bad.has(row.rowNo)).map(({ row }) => groupOf(kind, row)));
  const passed = new Set(unchanged);
  const sound = all.filter(({ row }) => !badGroups.has(groupOf(kind, row)) && !passed.has(row.rowNo));
  const [first] = sound;
  if (first === undefined) return { draft, outcome: accepted({ applied: [], unchanged, errors }), isIdle: true };
  const decision = await decideInbound(tx, engine, inboundOf(kind, head.importId, { first, sound }));
  if (!decision.outcome.ok) return { ...decision, outcome: decision.outcome };
  const rowNos = sound.map(({ row }) => row.rowNo);
  // The document of that number says the same already.
  const isNew = decision.draft.documents.length > 0;
  const settled = isNew ? { applied: rowNos, unchanged } : { applied: [], unchanged: [...unchanged, ...rowNos] };
  return { ...decision, outcome: accepted({ ...settled, errors }) };
}

interface Looking {
  readonly kind: DocumentKind;
  readonly lines: readonly Line[];
  readonly draft: Draft;
  readonly skuIds: readonly string[];
}

async function lookedAt(
  tx: Tx,
  engine: Engine,
  looking: Looking,
): Promise<{ errors: ImportError[]; unchanged: number[] }> {
  const { kind, lines, draft, skuIds } = looking;
  const [head] = lines;
  const errors: ImportError[] = [];
  const unchanged: number[] = [];
  const moved = kind === 'opening' ? await movedLevels(tx, skuIds) : [];
  const known =
    kind === 'batches'
      ? await loadBatchesByNumber(
          tx,
          lines.map(({ value }) => numberOf(value)),
        )
      : [];
  const reported = new Set<string>();
  for (const line of lines) {
    const { value, row } = line;
    const missing = toError(row.rowNo, missingPlace(engine, draft, value)) ?? otherHeader(kind, line, head);
    if (missing !== undefined) {
      errors.push(missing);
    } else if (moved.some(({ skuId }) => skuId === value.skuId)) {
      // One row of a SKU tells for all of them.
      const refusal = reported.has(value.skuId) ? undefined : movedAlready(moved, [value.skuId]);
      reported.add(value.skuId);
      errors.push(...[toError(row.rowNo, refusal)].filter((error) => error !== undefined));
    } else if (kind === 'batches') {
      const batch = known.find(
        (each) => each.batchNo === value.batchNo && levelKey(each) === levelKey(value) && each.skuId === value.skuId,
      );
      const verdict = batchVerdict(engine, draft, { line, batch });
      if (verdict === 'unchanged') unchanged.push(row.rowNo);
      else if (verdict !== undefined) errors.push(verdict);
    }
  }
  return { errors, unchanged };
}

function numberOf({ skuId, batchNo = '' }: Line['value']) {
  return { skuId, batchNo };
}

function missingPlace(engine: Engine, draft: Draft, { skuId, locationId }: InboundLine) {
  if (!draft.skus.has(skuId) && !engine.config.autoCreateSku) return unknownSku(skuId);
  return (
    ownsNoLevel(draft, [skuId]) ?? (draft.locations.has(locationId) ? undefined : notFound('location', locationId))
  );
}

/** The rows of a document say its facts again, and must say the same. */
function otherHeader(kind: DocumentKind, { row, value }: Line, head: Line | undefined): ImportError | undefined {
  if (kind !== 'receipts' || head === undefined) return undefined;
  const differs = (['occurredAt', 'operator', 'reason', 'supplier'] as const).find(
    (name) => value[name] !== head.value[name],
  );
  if (differs === undefined) return undefined;
  return invalid(row.rowNo, differs, `differs from that of row ${head.row.rowNo}, which begins the same document`);
}

async function movedLevels(tx: Tx, skuIds: readonly string[]): Promise<readonly LevelRow[]> {
  return (await readLevels(tx, { skuIds, pairs: [] })).filter(({ version }) => version > 0);
}

/** A batch that is there and says the same is left alone, so that an export can be imported where it came from. */
function batchVerdict(
  { config }: Engine,
  draft: Draft,
  { line, batch }: { line: Line; batch: BatchRow | undefined },
): ImportError | 'unchanged' | undefined {
  const { row, value, kept } = line;
  if (batch === undefined) {
    if (value.quantity === 0) return 'unchanged';
    if ((kept['frozenBy'] ?? '') === '') return undefined;
    return invalid(
      row.rowNo,
      'frozenBy',
      'was held still where it was exported; receive and lock it with the calls for that',
    );
  }
  const told = plainReceipt(draft, value, { at: 0, documentNo: '', timezone: config.timezone });
  const isSame =
    (['qualityLevel', 'producedOn', 'expiresAt', 'unitCost'] as const).every((name) => batch[name] === told[name]) &&
    batch.onHand === value.quantity;
  return isSame ? 'unchanged' : toError(row.rowNo, numberTaken({ skuId: value.skuId, batchNo: batch.batchNo }));
}

function inboundOf(
  kind: DocumentKind,
  importId: string,
  { first, sound }: { first: Line; sound: readonly Line[] },
): Inbound {
  const { occurredAt, operator, reason, supplier, asOf } = first.value;
  const said = { ...(operator !== undefined && { operator }), ...(reason !== undefined && { reason }) };
  const lines = sound.map(({ value }) => lineOf(value));
  // No two documents begin with one row.
  const documentNo = first.value.documentNo ?? `IMPORT-${importId}-${first.row.rowNo}`;
  switch (kind) {
    case 'opening':
      return { type: 'opening', input: { documentNo, asOf: present(asOf, 'the day of an opening'), ...said, lines } };
    case 'batches':
      return { type: 'purchase', input: { documentNo, lines } };
    case 'receipts': {
      const more = { ...(occurredAt !== undefined && { occurredAt }), ...(supplier !== undefined && { supplier }) };
      return { type: 'purchase', input: { documentNo, ...said, ...more, lines } };
    }
  }
}

/** The fields of a line alone, without those of its document. */
function lineOf({
  documentNo: _no,
  occurredAt: _at,
  operator: _who,
  reason: _why,
  supplier: _from,
  asOf: _as,
  ...line
}: Line['value']): InboundLine {
  return line;
}
