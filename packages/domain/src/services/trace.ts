/** Trace: from a batch to its receipts, holds, orders and places; and from an order, document or reservation back to receipts. */
import { type DocumentType, documentType } from '@granary/contracts/document';
import {
  type BatchTrace,
  type BatchTraceInput,
  MAX_RECEIPTS_SHOWN,
  type StockTrace,
  type StockTraceInput,
} from '@granary/contracts/trace';
import { MAX_SERIAL_HISTORY } from '@granary/contracts/serial';
import type { BatchRow } from '../entities/batch.ts';
import { loadBatches, loadBatchesByNumber } from '../persistence/batch-store.ts';
import { pageOf } from '../persistence/page.ts';
import { findSerial, readHistory } from '../persistence/serial-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import {
  findTracedBatches,
  readDocumentSteps,
  readKin,
  readReservationSteps,
  readTracedSteps,
  type Step,
  type StepKey,
} from '../persistence/trace-store.ts';
import type { Origin } from '../persistence/trace-origin.ts';
import { notFound, present } from '../refusal.ts';
import { compareBytes } from '../rules/byte-order.ts';
import { familyOf, type Standing } from '../rules/family.ts';
import { byMaking, isReceipt, toStep, toTraceBatch, typesOf } from '../rules/trace-answer.ts';
import type { Engine } from './execution.ts';

const MAX_KIN = 500;
const ALL_TYPES: readonly DocumentType[] = documentType.options;

export function createTrace(engine: Engine) {
  async function ofBatch(input: BatchTraceInput): Promise<BatchTrace> {
    return await engine.units.read(async (tx) => {
      const start = await findStart(tx, input);
      const family = await kinOf(kinReader(tx), start);
      const page = await pageOf({
        list: 'batch steps',
        input,
        parts: 2,
        load: (after, limit) => loadSteps(tx, family, { after: keyFrom(after), limit }),
        keyOf: (step) => [step.id, String(step.lineNo)],
      });
      const shown = family.filter(({ batch }) => tx.scope.holds(batch.locationId));
      return {
        batches: shown.slice(0, MAX_KIN).map(({ batch, standing }) => ({
          ...toTraceBatch(batch),
          kinship: standing === 'both' ? 'ancestor' : standing,
        })),
        truncated: shown.length > MAX_KIN,
        items: page.items.map(toStep),
        nextCursor: page.nextCursor,
      };
    });
  }

  async function ofStock(input: StockTraceInput): Promise<StockTrace> {
    return await engine.units.read(async (tx) => {
      const origin = await originOf(tx, input);
      const page = await pageOf({
        list: 'traced batches',
        input,
        load: (after, limit) => findTracedBatches(tx, origin, { after: after?.[0], limit }),
        keyOf: (batchId) => [batchId],
      });
      // A first page without anything: there is no such order, document or reservation, or it touched nothing.
      if (page.items.length === 0 && input.cursor === undefined) throw unknownOrigin(input);
      const batches = await loadBatches(tx, page.items);
      const steps = await readTracedSteps(tx, origin, page.items);
      const items: StockTrace['items'] = [];
      const read = kinReader(tx);
      for (const batch of batches.toSorted((a, b) => compareBytes(a.batchId, b.batchId))) {
        const own = steps.filter((step) => step.batchId === batch.batchId).map(toStep);
        items.push({ batch: toTraceBatch(batch), steps: own, ...(await receiptsOf(tx, batch, read)) });
      }
      return { items, nextCursor: page.nextCursor };
    });
  }

  return { ofBatch, ofStock };
}

/** A piece is traced by what it moved with, as far as its history is shown. */
async function originOf(tx: Tx, input: StockTraceInput): Promise<Origin> {
  const { skuId, serial } = input;
  if (skuId === undefined || serial === undefined) return input;
  if ((await findSerial(tx, skuId, serial)) === undefined) throw notFound('serial', serial);
  const steps = await readHistory(tx, skuId, { serial, limit: MAX_SERIAL_HISTORY });
  const known = (ids: readonly (string | null)[]) => [...new Set(ids.flatMap((id) => id ?? []))];
  return {
    piece: {
      documentIds: known(steps.map((step) => step.documentId)),
      reservationIds: known(steps.map((step) => step.reservationId)),
      batchIds: known(steps.map((step) => step.batchId)),
    },
  };
}

async function findStart(tx: Tx, { batchId, skuId = '', batchNo = '' }: BatchTraceInput): Promise<readonly BatchRow[]> {
  const found =
    batchId === undefined ? await loadBatchesByNumber(tx, [{ skuId, batchNo }]) : await loadBatches(tx, [batchId]);
  const seen = found.filter((batch) => tx.scope.holds(batch.locationId));
  if (seen.length === 0) throw notFound('batch', batchId ?? batchNo);
  return seen;
}

type ReadKin = (skuId: string) => Promise<readonly BatchRow[]>;

/** The batches of a SKU, read once for all that a page asks of it. */
function kinReader(tx: Tx): ReadKin {
  const known = new Map<string, Promise<readonly BatchRow[]>>();
  return (skuId) => {
    const rows = known.get(skuId) ?? readKin(tx, skuId);
    known.set(skuId, rows);
    return rows;
  };
}

interface Kin {
  readonly batch: BatchRow;
  readonly standing: Standing;
}

const STANDINGS = ['self', 'ancestor', 'both', 'descendant'] as const satisfies readonly Standing[];
/** What is shown alike stands together. */
const RANK: Record<Standing, number> = { self: 0, ancestor: 1, both: 1, descendant: 2 };

/** Itself first, then what it came from, then where it went. */
async function kinOf(read: ReadKin, start: readonly BatchRow[]): Promise<readonly Kin[]> {
  const rows = await read(present(start[0], 'a batch').skuId);
  const family = familyOf(
    rows,
    start.map((batch) => batch.batchId),
  );
  return rows
    .flatMap((batch): Kin[] => {
      const standing = family.get(batch.batchId);
      return standing === undefined ? [] : [{ batch, standing }];
    })
    .toSorted((a, b) => RANK[a.standing] - RANK[b.standing] || compareBytes(a.batch.batchId, b.batch.batchId));
}

/** Each part is asked for a whole page: merged they give the page. */
async function loadSteps(
  tx: Tx,
  family: readonly Kin[],
  { after, limit }: { after: StepKey | undefined; limit: number },
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const standing of STANDINGS) {
    const batchIds = family.filter((kin) => kin.standing === standing).map((kin) => kin.batch.batchId);
    steps.push(...(await readDocumentSteps(tx, { batchIds, types: typesOf(standing, ALL_TYPES), after, limit })));
    if (standing !== 'ancestor') steps.push(...(await readReservationSteps(tx, { batchIds, after, limit })));
  }
  return steps.toSorted(byMaking).slice(0, limit);
}

function keyFrom(after: readonly string[] | undefined): StepKey | undefined {
  return after === undefined ? undefined : { id: present(after[0], 'an id'), lineNo: Number(after[1]) };
}

/** The receipts of a batch and of what it was made from. */
async function receiptsOf(tx: Tx, batch: BatchRow, read: ReadKin) {
  const sources = (await kinOf(read, [batch])).filter(({ standing }) => standing !== 'descendant');
  const found = await readDocumentSteps(tx, {
    batchIds: sources.map((kin) => kin.batch.batchId),
    types: ALL_TYPES.filter(isReceipt),
    limit: MAX_RECEIPTS_SHOWN + 1,
  });
  const receipts = found.map(toStep).filter((step) => step.kind === 'document');
  return { receipts: receipts.slice(0, MAX_RECEIPTS_SHOWN), truncated: receipts.length > MAX_RECEIPTS_SHOWN };
}

function unknownOrigin({ orderNo, documentId, reservationId }: StockTraceInput) {
  if (documentId !== undefined) return notFound('document', documentId);
  if (reservationId !== undefined) return notFound('reservation', reservationId);
  return notFound('order', present(orderNo, 'an order'));
}
