/** The rows that a verification of the audit reads, a bounded number at a time, against what was sealed of them. */
import type { AuditFinding, CheckpointStatement } from '@granary/contracts/checkpoint';
import type { CheckpointLevelRow } from '../entities/checkpoint.ts';
import { levelKey } from '../entities/level.ts';
import type { MovementRow } from '../entities/movement.ts';
import { readLevelEnds, readRanges, readSpans, type VersionRange } from '../persistence/audit-verify-store.ts';
import { readCommandsBetween, readSealable } from '../persistence/checkpoint-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { addedCommand, type Allowed, editOf, missingCommands } from '../rules/audit-commands.ts';
import { againstChain, againstSeal, endOfSpans, type Sealers } from '../rules/audit-walk.ts';
import { byLevel } from '../rules/by-level.ts';
import type { Place } from '../rules/checkpoint.ts';
import { decodeLeaves } from '../rules/checkpoint-leaf.ts';
import { sha256 } from './execution.ts';

const COMMANDS_A_PAGE = 500;
const ROWS_A_READ = 5000;
const RANGES_A_READ = 200;

export interface CommandsSeen {
  readonly commands: number;
  readonly pruned: number;
  readonly findings: readonly AuditFinding[];
}

/** All commands of a stretch of time: each that was sealed, and none besides. */
export async function commandsAgainst(
  tx: Tx,
  { from, until, leaves }: Pick<CheckpointStatement, 'from' | 'until'> & { readonly leaves: string },
  allowed: Allowed,
): Promise<CommandsSeen> {
  const missing = new Map(decodeLeaves(leaves).map((leaf) => [leaf.commandId, leaf]));
  const commands = missing.size;
  const findings: AuditFinding[] = [];
  for (let after: Place = from; ;) {
    const page = await readCommandsBetween(tx, { from: after, until, limit: COMMANDS_A_PAGE });
    for (const row of page) {
      const leaf = missing.get(row.commandId);
      const finding = leaf === undefined ? addedCommand(row) : editOf({ row, sealed: leaf }, allowed, sha256);
      missing.delete(row.commandId);
      if (finding !== undefined) findings.push(finding);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < COMMANDS_A_PAGE) break;
    after = [last.recordedAt, last.commandId];
  }
  const standing = await readSealable(tx, [...missing.keys()]);
  const lost = missingCommands([...missing.values()], allowed, standing);
  return { commands, pruned: lost.pruned, findings: [...findings, ...lost.findings] };
}

export interface MovementsSeen {
  readonly movements: number;
  readonly findings: readonly AuditFinding[];
}

/** The movements that one checkpoint seals. */
export async function levelsAgainst(tx: Tx, levels: readonly CheckpointLevelRow[]): Promise<MovementsSeen> {
  let movements = 0;
  const findings: AuditFinding[] = [];
  const ranges = levels.map((sealed) => ({
    ...{ skuId: sealed.skuId, locationId: sealed.locationId, sealed },
    ...{ from: sealed.fromVersion, to: sealed.toVersion },
  }));
  for (const group of grouped(ranges)) {
    const rows = byLevel(await readRanges(tx, group));
    for (const { sealed } of group) {
      movements += sealed.toVersion - sealed.fromVersion + 1;
      findings.push(...againstSeal(sealed, rows.get(levelKey(sealed)) ?? [], sha256));
    }
  }
  return { movements, findings };
}

/** Of some SKUs what lies behind the seal, and that levels and checkpoints are whole. */
export async function tailsAgainst(tx: Tx, skuIds: readonly string[], sealers: Sealers): Promise<MovementsSeen> {
  const spans = byLevel(await readSpans(tx, skuIds));
  const findings: AuditFinding[] = [];
  let movements = 0;
  for (const at of await readLevelEnds(tx, skuIds)) {
    const { end, findings: holes } = endOfSpans(at, spans.get(levelKey(at)) ?? [], sealers);
    const rows = await readTail(tx, { ...at, sealed: end.version });
    findings.push(...holes, ...againstChain({ level: at, end, row: at.level }, rows, sha256));
    movements += rows.length;
  }
  return { movements, findings };
}

/** Mostly there are none, and the ends of the ledger tell so already. */
async function readTail(
  tx: Tx,
  at: { skuId: string; locationId: string; first: number | null; last: number | null; sealed: number },
): Promise<readonly MovementRow[]> {
  const { skuId, locationId, first, last, sealed } = at;
  const below = first !== null && first < 1 ? [{ skuId, locationId, from: first, to: 0 }] : [];
  const behind = last !== null && last > sealed ? [{ skuId, locationId, from: sealed + 1, to: last }] : [];
  return await readRanges(tx, [...below, ...behind]);
}

/** So many ranges as are read at once. */
function* grouped<Range extends VersionRange>(ranges: readonly Range[]): Generator<readonly Range[]> {
  let group: Range[] = [];
  let rows = 0;
  for (const range of ranges) {
    group.push(range);
    rows += range.to - range.from + 1;
    if (rows < ROWS_A_READ && group.length < RANGES_A_READ) continue;
    yield group;
    [group, rows] = [[], 0];
  }
  if (group.length > 0) yield group;
}
