/** Writes a plan. The movement goes first: its primary key is the fence, so of two writers from one state the second fails here. */
import type { Hold, ReservationLineRow } from '../entities/reservation.ts';
import type { LevelRow } from '../entities/level.ts';
import type { BatchRow } from '../entities/batch.ts';
import type { OnHandHandler } from '../ports/on-hand-handler.ts';
import type { Draft } from '../rules/draft.ts';
import { writeSerials } from './serial-store.ts';
import { batches, documentLines, documents, levels, movements, reservationLines, reservations } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows, changeRows } from './write-rows.ts';

export async function writeDraft(tx: Tx, draft: Draft, onHandHandlers: readonly OnHandHandler[]): Promise<void> {
  await writeMovements(tx, draft);
  await writeLevels(tx, draft);
  await writeBatches(tx, draft);
  await writeSerials(tx, draft.serials);
  await writeHolds(tx, draft);
  if (draft.documents.length > 0) await appendRows(tx, documents, draft.documents);
  if (draft.documentLines.length > 0) await appendRows(tx, documentLines, draft.documentLines);
  if (draft.onHandChanges.length > 0) {
    const types = new Map(draft.documents.map(({ documentId, type }) => [documentId, type]));
    const changes = draft.onHandChanges.map((change) => ({
      ...change,
      documentType: types.get(change.documentId ?? '') ?? null,
    }));
    for (const handle of onHandHandlers) await handle(tx, changes);
  }
}

/** What a part of the unit's calls is done with, before the others decide; the rest is written with the whole. */
export async function writeAhead(tx: Tx, draft: Draft): Promise<void> {
  await writeMovements(tx, draft);
  await writeHolds(tx, draft);
}

async function writeMovements(tx: Tx, { movements: made, sent }: Draft): Promise<void> {
  const fresh = sent.movements === 0 ? made : made.slice(sent.movements);
  if (fresh.length > 0) await appendRows(tx, movements, fresh);
}

async function writeLevels(tx: Tx, draft: Draft): Promise<void> {
  const changed = [...draft.levels].flatMap(([key, row]) => {
    const was = draft.loaded.levels.get(key);
    return was?.version === row.version ? [] : [{ row, was, from: was?.version }];
  });
  const set = [
    'onHand',
    'reserved',
    'locked',
    'deficit',
    'onHandVersion',
    'headHash',
    'recordedAt',
    'occurredAt',
  ] satisfies (keyof LevelRow)[];
  await changeRows(tx, { table: levels, keys: ['skuId', 'locationId'], set, fence: 'version' }, changed);
}

async function writeBatches(tx: Tx, draft: Draft): Promise<void> {
  const rows = [...draft.changedBatches].flatMap((id) => {
    const row = draft.batches.get(id);
    const was = draft.loaded.batches.get(id);
    const from = was?.version;
    return row === undefined ? [] : [{ row: { ...row, version: (from ?? 0) + 1 }, was, from }];
  });
  const opened = rows.filter(({ from }) => from === undefined).map(({ row }) => row);
  if (opened.length > 0) await appendRows(tx, batches, opened);
  const set = [
    ...(['onHand', 'reserved', 'locked', 'unitCost', 'status', 'producedOn', 'expiresAt', 'receivedAt'] as const),
    ...(['frozenBy', 'mergedInto', 'revision'] as const),
  ] satisfies (keyof BatchRow)[];
  await changeRows(
    tx,
    { table: batches, keys: ['batchId'], set, fence: 'version' },
    rows.filter(({ from }) => from !== undefined),
  );
}

async function writeHolds(tx: Tx, draft: Draft): Promise<void> {
  const changed = [...draft.changedHolds].flatMap((id) => draft.holds.get(id) ?? []);
  const made = changed.filter((hold) => !draft.loaded.holds.has(hold.reservationId));
  const kept = changed.filter((hold) => draft.loaded.holds.has(hold.reservationId));
  await changeRows(
    tx,
    {
      table: reservations,
      keys: ['reservationId'],
      set: [
        ...(['type', 'businessId', 'state', 'quantity', 'fulfilled', 'expiresAt', 'contentHash'] as const),
        ...(['originType', 'originBusinessId', 'endedAt', 'reason', 'commandId'] as const),
      ],
      fence: 'version',
    },
    kept.map((row) => ({ row, from: draft.loaded.holds.get(row.reservationId) })),
  );
  // A hold that has just ended gives its business key up before a new one takes it.
  if (made.length > 0) await appendRows(tx, reservations, made);
  await writeLines(tx, draft, { made, kept });
}

/** Facts of holds that have other lines than before. */
const RENEWS: ReadonlySet<string> = new Set(['stock.reservation.replaced', 'stock.reservation.reallocated']);

/** A replaced hold has other lines than before: they are written anew, under the header that was just fenced. */
async function writeLines(
  tx: Tx,
  draft: Draft,
  holds: { made: readonly Hold[]; kept: readonly Hold[] },
): Promise<void> {
  const replaced = new Set(draft.facts.filter((fact) => RENEWS.has(fact.type)).map((fact) => String(fact.id)));
  const renewed = holds.kept.filter((hold) => replaced.has(hold.reservationId));
  if (renewed.length > 0) {
    await tx.write('DELETE t FROM reservation_line AS t FORCE INDEX (PRIMARY) WHERE t.reservation_id IN (?)', [
      renewed.map((hold) => hold.reservationId),
    ]);
  }
  const fresh = [...holds.made, ...renewed].flatMap((hold) => hold.lines);
  if (fresh.length > 0) await appendRows(tx, reservationLines, fresh);
  const moved = holds.kept.filter((hold) => !replaced.has(hold.reservationId)).flatMap((hold) => hold.lines);
  const set = ['held', 'deducted', 'dueAt'] satisfies (keyof ReservationLineRow)[];
  await changeRows(
    tx,
    { table: reservationLines, keys: ['reservationId', 'lineNo'], set },
    moved.map((row) => ({ row })),
  );
}
