/** The audit: every call that changed something, and every refusal that matters, by who, when and what. */
import {
  type AuditEntry,
  type AuditGetInput,
  type AuditRecord,
  type AuditSearchInput,
  MAX_SKUS_TOLD,
} from '@granary/contracts/audit';
import { parseInstant } from '@granary/contracts/instant';
import { jobError, type JobStartInput } from '@granary/contracts/job';
import type { Page } from '@granary/contracts/page';
import type { Call } from '../call.ts';
import {
  type AuditKey,
  type CommandBrief,
  findCommand,
  hasFurtherFilters,
  readAuditKeys,
  readBriefs,
  readCommandMovements,
  readDocumentNames,
  readSkuIds,
} from '../persistence/audit-store.ts';
import { pageOfScan } from '../persistence/page.ts';
import type { Tx } from '../persistence/transaction.ts';
import { invalidInput, notFound, present } from '../refusal.ts';
import { beforeAndAfter, ledgerChange, parsed } from '../rules/audit-answer.ts';
import type { Engine } from './execution.ts';
import { startJob } from './job-service.ts';

/** Commands that one page looks at, at most, for those that fit: a page may be short, even empty, and yet not the last. */
const MOST_LOOKED_AT = 5000;
/** How many are looked at together while few of them fit. */
const WINDOW = 1000;
/** A document has at most so many lines. */
const ALL_SKUS = 10_000;

export function createAudit(engine: Engine) {
  return {
    search: (input: AuditSearchInput): Promise<Page<AuditEntry>> =>
      engine.units.read((tx) =>
        pageOfScan({ list: 'audit', parts: 2, input, scan: (after, limit) => scan(tx, { input, after, limit }) }),
      ),
    /** Commands and ledger against their signed checkpoints, as a job. */
    verify: (input: JobStartInput, call: Call) => startJob(engine, { kind: 'audit', input, call }),
    get: ({ commandId }: AuditGetInput): Promise<AuditRecord> => engine.units.read((tx) => get(tx, commandId)),
  };
}

interface Wanted {
  readonly input: AuditSearchInput;
  readonly after: readonly string[] | undefined;
  readonly limit: number;
}

/** Looks on until the page is full, everything was looked at, or enough was. */
async function scan(tx: Tx, { input, after, limit }: Wanted) {
  const window = hasFurtherFilters(input) ? Math.max(WINDOW, limit + 1) : limit + 1;
  const found: CommandBrief[] = [];
  let last = after === undefined ? undefined : keyOf(after);
  for (let lookedAt = 0; ;) {
    const keys = await readAuditKeys(tx, { input, after: last, limit: window });
    const briefs = await readBriefs(tx, { input, commandIds: keys.map(([, id]) => id) });
    const byId = new Map(briefs.map((brief) => [brief.commandId, brief]));
    found.push(...keys.flatMap(([, id]) => byId.get(id) ?? []));
    lookedAt += keys.length;
    last = keys.at(-1);
    if (found.length > limit) {
      const items = found.slice(0, limit);
      const { recordedAt, commandId } = present(items.at(-1), 'the last entry');
      return { items: await entriesOf(tx, items), end: [recordedAt, commandId] };
    }
    const isLast = keys.length < window;
    if (isLast || lookedAt >= MOST_LOOKED_AT)
      return { items: await entriesOf(tx, found), end: isLast ? null : present(last, 'a key') };
  }
}

/** Anybody can write a cursor, and the database would stumble over a moment that is none. */
function keyOf([recordedAt = '', commandId = '']: readonly string[]): AuditKey {
  const moment = parseInstant(recordedAt);
  if (moment === undefined) throw invalidInput([{ path: 'cursor', message: 'is not a cursor of this list' }]);
  return [moment, commandId];
}

async function entriesOf(tx: Tx, briefs: readonly CommandBrief[]): Promise<readonly AuditEntry[]> {
  const commandIds = briefs.map(({ commandId }) => commandId);
  const skuIds = await readSkuIds(tx, { commandIds, each: MAX_SKUS_TOLD + 1 });
  return briefs.map(({ idempotencyKey: _key, ...brief }) => {
    const own = skuIds.get(brief.commandId) ?? [];
    return { ...brief, skuIds: own.slice(0, MAX_SKUS_TOLD), hasMoreSkus: own.length > MAX_SKUS_TOLD };
  });
}

async function get(tx: Tx, commandId: string): Promise<AuditRecord> {
  const row = await findCommand(tx, commandId);
  if (row === undefined) throw notFound('command', commandId);
  const { levels, batches, reservationIds, documentIds } = ledgerChange(await readCommandMovements(tx, commandId));
  const { actor, address, agent, requestId, procedure, outcome, recordedAt, idempotencyKey } = row;
  return {
    ...{ commandId, recordedAt, actor, address, agent, requestId, procedure, outcome, idempotencyKey },
    request: parsed(row.request),
    refusal: outcome === 'refused' && row.answer !== null ? jobError.parse(parsed(row.answer)) : null,
    ...beforeAndAfter(row, levels),
    ...{ levels, batches, reservationIds },
    documents: await readDocumentNames(tx, documentIds),
    skuIds: (await readSkuIds(tx, { commandIds: [commandId], each: ALL_SKUS })).get(commandId) ?? [],
  };
}
