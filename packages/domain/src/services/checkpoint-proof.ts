/** Whether a checkpoint is what was signed: what may be believed of it, and what is wrong with it. */
import type { AuditFinding, CheckpointStatement } from '@granary/contracts/checkpoint';
import type { CheckpointRow } from '../entities/checkpoint.ts';
import { readAmendments } from '../persistence/checkpoint-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { CheckpointKeys } from '../ports/checkpoint-keys.ts';
import { type Checkpoint, levelsDigest, statementOf } from '../rules/checkpoint.ts';
import { type CommandLeaf, decodeLeaves } from '../rules/checkpoint-leaf.ts';
import { sha256 } from './execution.ts';

export interface Proof {
  /** Undefined where nothing of it may be believed. */
  readonly statement: CheckpointStatement | undefined;
  readonly areCommandsGood: boolean;
  readonly areLevelsGood: boolean;
  readonly findings: readonly AuditFinding[];
}

export const checkpointFinding = (no: number, detail: string): AuditFinding => ({
  kind: 'checkpoint',
  row: `checkpoint ${no}`,
  detail,
});

export function proofOf({ row, levels }: Checkpoint, keys: CheckpointKeys): Proof {
  const no = row.checkpointNo;
  const signature = signatureProblem(row, keys);
  const statement = signature === undefined ? statementOf(row) : undefined;
  if (statement === undefined || statement.no !== no || statement.kind !== row.kind) {
    const detail = signature ?? 'stands in the place of another one';
    return {
      ...{ statement: undefined, areCommandsGood: false, areLevelsGood: false },
      findings: [checkpointFinding(no, detail)],
    };
  }
  const areCommandsGood = sha256(row.commands) === statement.commandsDigest;
  const areLevelsGood = levelsDigest(levels, sha256) === statement.levelsDigest;
  return {
    ...{ statement, areCommandsGood, areLevelsGood },
    findings: [
      ...(areCommandsGood ? [] : [checkpointFinding(no, 'what it seals of commands is not what was signed')]),
      ...(areLevelsGood ? [] : [checkpointFinding(no, 'what it seals of the ledger is not what was signed')]),
    ],
  };
}

function signatureProblem({ keyId, statement: text, signature }: CheckpointRow, keys: CheckpointKeys) {
  const isGood = keys.verify({ keyId, text, signature });
  if (isGood === undefined) return `is signed with the key "${keyId}", which is not known here`;
  return isGood ? undefined : 'its signature does not fit what it states';
}

/** What the newest good amendment says of each amended command. */
export async function readAmended(tx: Tx, keys: CheckpointKeys): Promise<ReadonlyMap<string, CommandLeaf>> {
  const amended = new Map<string, CommandLeaf>();
  for (const row of await readAmendments(tx)) {
    const { statement, areCommandsGood } = proofOf({ row, levels: [] }, keys);
    if (statement === undefined || !areCommandsGood) continue;
    for (const leaf of decodeLeaves(row.commands)) amended.set(leaf.commandId, leaf);
  }
  return amended;
}
