/** Movements: the append-only ledger. One row is one change of one level and one batch, with the level's balances after it. */
import { z } from 'zod';
import { moment } from './instant.ts';
import { units } from './quantity.ts';

/** Every kind of movement. `lock` and `unlock` are business locks; an operation lock freezes whole batches and moves nothing. */
export const movementKind = z
  .enum([
    ...([
      'receive',
      'return',
      'reserve',
      'release',
      'expire',
      'deduct',
      'ship',
      'adjust',
      'count',
      'lock',
      'unlock',
    ] as const),
    ...(['merge', 'split', 'transferOut', 'transferIn', 'reverse', 'deficit', 'settle'] as const),
  ])
  .meta({
    description:
      'receive, return, transferIn (+onHand); reserve (+reserved); release, expire (-reserved); deduct (-onHand -reserved, goods that were held); ' +
      'ship, transferOut (-onHand, goods that were free); adjust, count, reverse (onHand up or down); lock, unlock (locked up, down); ' +
      'merge, split (from batch to batch of one level); deficit (+deficit, sold short, of no batch); settle (-deficit -onHand, a receipt pays a deficit back)',
  });

export const movement = z.strictObject({
  skuId: z.string(),
  locationId: z.string(),
  /** 1, 2, 3… along one level, without gaps. */
  version: z.number().int(),
  batchId: z.string().nullable(),
  kind: movementKind,
  onHandDelta: units,
  reservedDelta: units,
  lockedDelta: units,
  deficitDelta: units,
  onHand: units,
  reserved: units,
  locked: units,
  deficit: units,
  commandId: z.string(),
  reservationId: z.string().nullable(),
  documentId: z.string().nullable(),
  reason: z.string().nullable(),
  /** When it happened in the world; cost and periods follow it. */
  occurredAt: moment,
  /** When it was written; never falls along a level. */
  recordedAt: moment,
  /** SHA-256 over the movement before it and this one's stored texts, hexadecimal. */
  hash: z.string(),
});

export type MovementKind = z.output<typeof movementKind>;
export type Movement = z.output<typeof movement>;
