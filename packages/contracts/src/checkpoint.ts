/** Signed checkpoints of commands and ledger, as they are signed and as they are archived, and what a check against them finds. */
import { z } from 'zod';
import type { Instant } from './instant.ts';

const text = z.string();
const count = z.int().min(0);
const instant = text.transform((value) => value as Instant);
/** When a command was recorded, and its id: commands are sealed in this order. */
const place = z.tuple([instant, text]);
const kind = z.enum(['seal', 'amendment']);

/** What is signed. Read only after the signature was found good. */
export const checkpointStatement = z.strictObject({
  format: z.literal(1),
  no: count,
  kind,
  at: instant,
  /** SHA-256 of the statement before; of the first one, zeros. */
  previous: text,
  /** The commands behind `from` up to and with `until` are all in it, and no others; both are the same in an amendment. */
  from: place,
  until: place,
  commandCount: count,
  movementCount: count,
  commandsDigest: text,
  levelsDigest: text,
  /** Retention may have taken away keys and answers, or whole commands, that were recorded before these. */
  forgottenBefore: instant.nullable(),
  goneBefore: instant.nullable(),
  /** False where more was left than one checkpoint takes. */
  isWhole: z.boolean(),
});

/** A checkpoint as a file of the archive. */
export const archivedCheckpoint = z.strictObject({
  checkpointNo: count,
  kind,
  statement: text,
  keyId: text,
  signature: text,
  commands: text,
  levels: z.array(
    z.strictObject({
      skuId: text,
      locationId: text,
      toVersion: count,
      fromVersion: count,
      checkpointNo: count,
      previousHash: text,
      hash: text,
      hashes: text,
    }),
  ),
});

/** `edited`: says something else; `gone`: is missing; `added`: was not there; `checkpoint`: of the checkpoints themselves. */
export const auditFinding = z.strictObject({
  kind: z.enum(['edited', 'gone', 'added', 'checkpoint']),
  row: z.string(),
  detail: z.string(),
});

export const auditReport = z.strictObject({
  ok: z.boolean(),
  checkpoints: z.number().int(),
  /** Sealed rows that were looked at. */
  commands: z.number().int(),
  movements: z.number().int(),
  /** Sealed commands that retention has removed. */
  pruned: z.number().int(),
  /** The newest checkpoint that was found good, to be noted elsewhere; null without one. */
  newest: z.strictObject({ no: z.number().int(), digest: z.string(), at: z.string() }).nullable(),
  findings: z.array(auditFinding),
});

export type CheckpointStatement = z.output<typeof checkpointStatement>;
export type AuditFinding = z.output<typeof auditFinding>;
export type AuditReport = z.output<typeof auditReport>;
