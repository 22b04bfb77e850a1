/**
 * What a checkpoint keeps of a command: its place in time, and two digests. `facts` covers who did what, when and from where,
 * and what came of it; `kept` covers the key and the answer under it, which retention takes away after a while.
 */
import { fromMicros, type Instant, toMicros } from '@granary/contracts/instant';
import type { CommandRow } from '../entities/command.ts';

export interface CommandLeaf {
  readonly commandId: string;
  readonly recordedAt: Instant;
  /** 32 hexadecimal digits each. */
  readonly facts: string;
  readonly kept: string;
}

const ID_BYTES = 26;
const TIME_BYTES = 8;
/** 128 of 256 bits: to find another row of the same digest takes 2^64 attempts even for who may choose both. */
const DIGEST_BYTES = 16;
const LEAF_BYTES = ID_BYTES + TIME_BYTES + 2 * DIGEST_BYTES;

export function leafOf(row: CommandRow, sha256: (text: string) => string): CommandLeaf {
  const isRefused = row.outcome === 'refused';
  const facts = lengthPrefixed([
    ...[row.commandId, row.procedure, row.actor, row.address, row.agent, row.requestId, row.requestHash, row.request],
    // Why a call was refused is never taken away.
    ...[row.outcome, isRefused ? row.answer : null, row.before, row.after, row.recordedAt],
  ]);
  return {
    commandId: row.commandId,
    recordedAt: row.recordedAt,
    facts: cut(sha256(facts)),
    kept: cut(sha256(lengthPrefixed([row.commandId, row.idempotencyKey, isRefused ? null : row.answer]))),
  };
}

/** Whether retention has taken away all that it takes, and no less. */
export function isForgotten({ idempotencyKey, outcome, answer }: CommandRow): boolean {
  return idempotencyKey === null && (outcome === 'refused' || answer === null);
}

/** In base64. */
export function encodeLeaves(leaves: readonly CommandLeaf[]): string {
  const bytes = Buffer.alloc(leaves.length * LEAF_BYTES);
  let at = 0;
  for (const { commandId, recordedAt, facts, kept } of leaves) {
    bytes.write(commandId.padEnd(ID_BYTES), at, ID_BYTES, 'latin1');
    bytes.writeBigInt64BE(toMicros(recordedAt), at + ID_BYTES);
    bytes.write(facts + kept, at + ID_BYTES + TIME_BYTES, 'hex');
    at += LEAF_BYTES;
  }
  return bytes.toString('base64');
}

export function decodeLeaves(text: string): readonly CommandLeaf[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: Math.floor(bytes.length / LEAF_BYTES) }, (_, each) => {
    const at = each * LEAF_BYTES;
    const digests = at + ID_BYTES + TIME_BYTES;
    return {
      commandId: bytes.toString('latin1', at, at + ID_BYTES).trimEnd(),
      // Asked for only of those that are missing, and dear.
      get recordedAt() {
        return fromMicros(bytes.readBigInt64BE(at + ID_BYTES));
      },
      facts: bytes.toString('hex', digests, digests + DIGEST_BYTES),
      kept: bytes.toString('hex', digests + DIGEST_BYTES, digests + 2 * DIGEST_BYTES),
    };
  });
}

const cut = (digest: string): string => digest.slice(0, 2 * DIGEST_BYTES);

/** Each text with its length in front, as in the chain of movements: no two rows can be written the same way. */
function lengthPrefixed(values: readonly (string | null)[]): string {
  let text = '';
  for (const value of values) text += value === null ? '|-' : `|${value.length}:${value}`;
  return text;
}
