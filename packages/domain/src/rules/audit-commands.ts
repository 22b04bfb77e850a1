/** Commands against what was sealed of them. Pure; names each row. */
import type { AuditFinding } from '@granary/contracts/checkpoint';
import type { Instant } from '@granary/contracts/instant';
import type { CommandRow } from '../entities/command.ts';
import { type CommandLeaf, isForgotten, leafOf } from './checkpoint-leaf.ts';

export interface Allowed {
  /** Keys and answers of commands recorded before may have been taken away. */
  readonly forgottenBefore: Instant | null;
  /** Commands recorded before may have been removed. */
  readonly goneBefore: Instant | null;
  /** What was amended since, by the id of the command. */
  readonly amended: ReadonlyMap<string, CommandLeaf>;
}

/** What is wrong with a row that is there; undefined where nothing is. */
export function editOf(
  { row, sealed }: { readonly row: CommandRow; readonly sealed: CommandLeaf },
  { forgottenBefore, amended }: Allowed,
  sha256: (text: string) => string,
): AuditFinding | undefined {
  const leaf = amended.get(row.commandId) ?? sealed;
  const found = leafOf(row, sha256);
  const edited = (detail: string): AuditFinding => ({ kind: 'edited', row: commandName(row.commandId), detail });
  if (found.facts !== leaf.facts) return edited(`${row.procedure} of ${row.actor} does not say what was sealed`);
  if (found.kept === leaf.kept) return undefined;
  const mayBeForgotten = forgottenBefore !== null && row.recordedAt < forgottenBefore;
  if (mayBeForgotten && isForgotten(row)) return undefined;
  return edited('its key or the answer under it is not what was sealed');
}

export const commandName = (commandId: string): string => `command ${commandId}`;

export const addedCommand = ({ commandId, recordedAt }: CommandRow): AuditFinding => ({
  kind: 'added',
  row: commandName(commandId),
  detail: `says it was recorded at ${recordedAt}, and was not there when that time was sealed`,
});

/** `standing` are those of the missing that are there after all, under another time. */
export function missingCommands(
  leaves: readonly CommandLeaf[],
  { goneBefore }: Allowed,
  standing: readonly CommandRow[],
): { readonly pruned: number; readonly findings: readonly AuditFinding[] } {
  const moved = new Map(standing.map((row) => [row.commandId, row.recordedAt]));
  const findings: AuditFinding[] = [];
  let pruned = 0;
  for (const { commandId, recordedAt } of leaves) {
    const now = moved.get(commandId);
    const row = commandName(commandId);
    if (now !== undefined)
      findings.push({ kind: 'edited', row, detail: `was recorded at ${recordedAt}, and says ${now}` });
    else if (goneBefore !== null && recordedAt < goneBefore) pruned += 1;
    else findings.push({ kind: 'gone', row, detail: `recorded at ${recordedAt}, was sealed and is not there` });
  }
  return { pruned, findings };
}
