/** Named pieces that shall leave: they must be in stock where the line takes from, and they say from which batches it takes. */
import type { GranaryError } from '@granary/contracts/error';
import type { SerialRow } from '../entities/serial.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidInput, notFound, type Outcome, refused } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { serialOf } from '../rules/serial-book.ts';
import { notThere } from '../rules/serial-refusal.ts';
import { loadNamed, loadTracked, namedTwice, type NamingLine, unfit } from './serials.ts';

export interface LeavingLine extends NamingLine {
  readonly locationId?: string | undefined;
  /** The batch that the line names, or what stands for it by now. */
  readonly batchId?: string | undefined;
}

export interface Group {
  readonly batchId: string;
  readonly locationId: string;
  readonly quantity: number;
}

/** The batches of each line that names pieces, by its index; nothing is asked where none does. */
export async function nameLeaving(
  tx: Tx,
  draft: Draft,
  lines: readonly LeavingLine[],
): Promise<Outcome<ReadonlyMap<number, readonly Group[]>>> {
  const naming = lines.flatMap((line) => (line.serials === undefined ? [] : [{ ...line, serials: line.serials }]));
  if (naming.length === 0) return accepted(new Map());
  const isTracked = await loadTracked(
    tx,
    draft,
    naming.map((line) => line.skuId),
  );
  const issues = naming.flatMap((line) => unfit(line, { isTracked: isTracked(line.skuId), isNeeded: false }));
  const twice = namedTwice(naming);
  if (issues.length > 0 || twice.length > 0) return refused(invalidInput([...issues, ...twice]));
  await loadNamed(tx, draft, naming);
  const groups = new Map<number, readonly Group[]>();
  for (const line of naming) {
    const found = groupsOf(draft, line);
    if (!found.ok) return found;
    groups.set(line.at, found.answer);
    draft.serials.named.set(line.at, { skuId: line.skuId, serials: line.serials });
  }
  return accepted(groups);
}

function groupsOf(
  draft: Draft,
  line: LeavingLine & { readonly serials: readonly string[] },
): Outcome<readonly Group[]> {
  const groups = new Map<string, Group>();
  for (const serial of line.serials) {
    const row = serialOf(draft.serials, line.skuId, serial);
    if (row === undefined || !draft.scope.holds(row.locationId)) return refused(notFound('serial', serial));
    const refusal = misplaced(row, line);
    if (refusal !== undefined) return refused(refusal);
    const { batchId, locationId } = row;
    groups.set(batchId, { batchId, locationId, quantity: (groups.get(batchId)?.quantity ?? 0) + 1 });
  }
  return accepted([...groups.values()]);
}

function misplaced(row: SerialRow, { locationId, batchId, path }: LeavingLine): GranaryError | undefined {
  if (row.state !== 'inStock') return notThere(row);
  const issue = (message: string) =>
    invalidInput([{ path: `${path}serials`, message: `piece ${row.serial} ${message}` }]);
  if (locationId !== undefined && row.locationId !== locationId) return issue('lies at another location');
  return batchId !== undefined && row.batchId !== batchId ? issue('lies in another batch') : undefined;
}
