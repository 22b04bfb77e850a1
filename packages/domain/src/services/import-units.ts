/** The rows of an import a few hundred at a time: cut so that what belongs together stays together, decided, and where one is refused, cut again until it is alone. */
import type { ImportError } from '@granary/contracts/import';
import { GranaryError } from '@granary/contracts/error';
import type { ImportLineRow } from '../entities/import.ts';
import { writeDraft } from '../persistence/draft-store.ts';
import { type LineKey, lockWaiting, markLines, nextLines } from '../persistence/import-store.ts';
import { brief } from '../rules/import-line.ts';
import { type Decision, draftNow, execute } from './execution.ts';
import { decideLines } from './import-decision.ts';
import { groupOf, type Settled } from './import-row.ts';
import { CHUNK_DEADLINE_MS, type ImportCursor, type Importing } from './import-task.ts';
import { accepted, present } from '../refusal.ts';

/** More than one document may have: so what is left of the last one is seen. */
const LOOK_AHEAD = 1001;
/** Few enough that no sale waits long for the levels of one. */
const LINES_A_UNIT = 250;
const DOCUMENT_KEY = 32;

type Lines = readonly ImportLineRow[];

interface Next {
  readonly cursor: Pick<ImportCursor, 'after' | 'done' | 'applied' | 'unchanged'>;
  readonly errors: readonly ImportError[];
  readonly isLast: boolean;
}

export async function settleNext(at: Importing, from: ImportCursor): Promise<Next> {
  const { importId } = at.task;
  const look = { importId, after: from.after, limit: LOOK_AHEAD };
  const lines = await at.engine.units.read((tx) => nextLines(tx, look), CHUNK_DEADLINE_MS);
  const units = unitsOf(at, lines);
  const errors: ImportError[] = [];
  let { after, done, applied, unchanged } = from;
  for (const unit of units) {
    const outcome = await settle(at, unit, from.phase === 'apply');
    errors.push(...outcome.errors);
    done += unit.length;
    applied += outcome.applied.length;
    unchanged += outcome.unchanged.length;
    after = keyOf(unit);
  }
  const isLast = lines.length < LOOK_AHEAD;
  // Of a rehearsal the figures are what would be; they count for nothing.
  const counted =
    from.phase === 'apply' ? { applied, unchanged } : { applied: from.applied, unchanged: from.unchanged };
  return { cursor: { after, done, ...counted }, errors, isLast };
}

function keyOf(unit: Lines): LineKey {
  const { position, rowNo } = present(unit.at(-1), 'a line of a unit');
  return { position, rowNo };
}

/** Each is one transaction. A group that may go on behind what was looked at waits, unless it is all there is. */
function unitsOf({ head }: Importing, lines: Lines): readonly Lines[] {
  const groups = groupsOf(lines, (line) => groupOf(head.kind, line));
  if (lines.length === LOOK_AHEAD && groups.length > 1) groups.pop();
  if (head.kind === 'receipts') return groups;
  const units: ImportLineRow[][] = [];
  for (const group of groups) {
    const last = units.at(-1);
    const isOf = last?.[0] !== undefined && group[0] !== undefined && documentOf(last[0]) === documentOf(group[0]);
    const fits = last !== undefined && last.length + group.length <= LINES_A_UNIT;
    if (last !== undefined && fits && (head.kind !== 'opening' || isOf)) last.push(...group);
    else units.push([...group]);
  }
  return units;
}

function documentOf({ position }: ImportLineRow): string {
  return position.slice(0, DOCUMENT_KEY);
}

function groupsOf(lines: Lines, keyOfLine: (line: ImportLineRow) => string): Lines[] {
  const groups = new Map<string, ImportLineRow[]>();
  for (const line of lines) {
    const key = keyOfLine(line);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  return [...groups.values()];
}

/** All of a unit, or its halves: so one bad row keeps no other one from being applied. */
async function settle(at: Importing, lines: Lines, isEarnest: boolean): Promise<Settled> {
  try {
    return isEarnest ? await apply(at, lines) : await rehearse(at, lines);
  } catch (error) {
    if (!(error instanceof GranaryError) || error.retryable || error.kind === 'databaseFailure') throw error;
    const groups = groupsOf(lines, (line) => groupOf(at.head.kind, line));
    if (groups.length === 1) return { applied: [], unchanged: [], errors: [errorOf(error, lines)] };
    const middle = Math.ceil(groups.length / 2);
    const first = await settle(at, groups.slice(0, middle).flat(), isEarnest);
    const second = await settle(at, groups.slice(middle).flat(), isEarnest);
    return {
      applied: [...first.applied, ...second.applied],
      unchanged: [...first.unchanged, ...second.unchanged],
      errors: [...first.errors, ...second.errors],
    };
  }
}

/** Where the refusal names a line, that one's row; else the first of what had to go together. */
function errorOf(error: GranaryError, lines: Lines): ImportError {
  const issues = 'issues' in error.details ? error.details.issues : [];
  const [, index = '0', column = ''] = /^lines\.(\d+)\.?(.*)$/.exec(issues[0]?.path ?? '') ?? [];
  const { rowNo: row } = present(lines[Number(index)], 'the line of a refusal');
  return {
    row,
    column: column === '' ? null : column,
    code: error.code,
    message: brief(issues[0]?.message ?? error.message),
  };
}

/** Carries the outcome out of a transaction that must leave nothing behind. */
class Rehearsed extends Error {
  readonly decision: Decision<Settled>;

  constructor(decision: Decision<Settled>) {
    super('a rehearsal is rolled back');
    this.decision = decision;
  }
}

async function rehearse({ engine, head, call }: Importing, lines: Lines): Promise<Settled> {
  try {
    return await engine.units.write(call, async (tx) => {
      const decision = await decideLines(tx, engine, { head, lines });
      // Written as well, so that whoever costs it can refuse it, as for a period that is shut.
      if (decision.outcome.ok) await writeDraft(tx, decision.draft, engine.ports.onHandHandlers);
      throw new Rehearsed(decision);
    });
  } catch (thrown) {
    if (!(thrown instanceof Rehearsed)) throw thrown;
    const { outcome } = thrown.decision;
    if (!outcome.ok) throw outcome.refusal;
    return outcome.answer;
  }
}

/** Rows that another worker applied meanwhile are no longer waiting, and left alone. */
async function apply({ engine, task, head, call }: Importing, lines: Lines): Promise<Settled> {
  const { importId } = task;
  const rowNos = lines.map(({ rowNo }) => rowNo);
  return await execute<Settled>(engine, {
    ...{
      procedure: 'import.run',
      input: { importId, rows: [Math.min(...rowNos), Math.max(...rowNos)] } as object,
      call,
    },
    lock: { scope: 'document', keys: [`import:${importId}`] },
    decide: async (tx) => {
      const waiting = await lockWaiting(tx, importId, rowNos);
      const open = lines.filter(({ rowNo }) => waiting.has(rowNo));
      if (open.length === 0) return { draft: await draftNow(tx, engine), outcome: accepted(NOTHING), isIdle: true };
      const decision = await decideLines(tx, engine, { head, lines: open });
      if (!decision.outcome.ok) return decision;
      const { applied, unchanged } = decision.outcome.answer;
      const write = async () => {
        await decision.write?.();
        await markLines(tx, importId, { rowNos: applied, outcome: 1 });
        await markLines(tx, importId, { rowNos: unchanged, outcome: 2 });
      };
      return { ...decision, isIdle: applied.length === 0, write };
    },
  });
}

const NOTHING: Settled = { applied: [], unchanged: [], errors: [] };
