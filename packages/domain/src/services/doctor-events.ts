/**
 * The doctor looks at events that nobody will ever be told: a level whose newest version stands in no outbox row and was
 * not published. Its pointer is put back, and the relay tells the event from the ledger, as ever.
 */
import type { Ailment } from '@granary/contracts/doctor';
import { plusSeconds } from '@granary/contracts/instant';
import type { Fact } from '../entities/outbox.ts';
import type { LevelRow } from '../entities/level.ts';
import { findRelayLease } from '../persistence/doctor-store.ts';
import { lockLevels, type LevelPair, readLevels } from '../persistence/level-store.ts';
import { readMovements } from '../persistence/movement-store.ts';
import { lockLease, type OutboxEntry, readCursors, readOutbox } from '../persistence/outbox-store.ts';
import { readQueueGauges } from '../persistence/gauge-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { nextSkus } from '../persistence/verify-store.ts';
import { atOnce, type Cure, type Examination, type Look, type Sign } from '../ports/examination.ts';
import { accepted } from '../refusal.ts';
import { aggregateId, type Pointed, publishable } from '../rules/succession.ts';
import { draftNow, type Engine, execute } from './execution.ts';

const SKUS_A_PART = 500;
const DEADLINE_MS = 600_000;
const OUTBOX_PAGE = 1000;
/** Behind so many rows nothing is missing that can be told yet: first somebody must publish. */
const MOST_WAITING = 20_000;
/** The relay looks several times a second. */
const GRACE_SECONDS = 60;

export function eventExaminations(engine: Engine): readonly Examination[] {
  return [
    { finds: ['lostEvents'], look: (after) => lookAtLevels(engine, after) },
    { finds: ['outbox', 'lostEvents'], look: () => lookAtOutbox(engine) },
  ];
}

const aggregate = ({ skuId, locationId }: LevelPair) => aggregateId({ kind: 'level', id: [skuId, locationId] });

/** One snapshot, in which levels, cursors and what waits agree. */
async function lookAtLevels(engine: Engine, after: string): Promise<Look> {
  return await engine.units.read(async (tx) => {
    const skuIds = await nextSkus(tx, after, SKUS_A_PART);
    const levels = skuIds.length === 0 ? [] : await readLevels(tx, { skuIds, pairs: [] });
    const gaps = await gapsOf(tx, levels);
    const signs = gaps.map((gap) => signOf(engine, gap));
    return { signs, next: skuIds.at(-1), looked: levels.length };
  }, DEADLINE_MS);
}

export interface Gap {
  readonly level: LevelPair & { readonly version: number };
  /** Published, or to be published, up to here. */
  readonly from: number;
  /** Where what is told goes on; below `from` where more was told than the level knows. */
  readonly to: number;
}

async function gapsOf(tx: Tx, levels: readonly LevelRow[]): Promise<readonly Gap[]> {
  const known = await readCursors(tx, levels.map(aggregate));
  const odd = levels.filter((level) => (known.get(aggregate(level)) ?? 0) !== level.version);
  const waiting = odd.length === 0 ? undefined : await readWaiting(tx);
  return waiting === undefined ? [] : odd.flatMap((level) => gapOf(level, waiting, known) ?? []);
}

/** Pure: what is missing between what was published, what waits, and where the level stands. */
export function gapOf(
  level: Gap['level'],
  waiting: readonly Pointed[],
  known: ReadonlyMap<string, number>,
): Gap | undefined {
  const key = aggregate(level);
  const mine = waiting.filter(({ fact }) => aggregateId(fact) === key);
  const from = publishable(mine, known).cursors.get(key) ?? known.get(key) ?? 0;
  if (from === level.version) return undefined;
  const beyond = mine.map(({ fact }) => fact.from).filter((begins) => begins > from);
  return { level, from, to: from > level.version ? level.version : Math.min(level.version, ...beyond) };
}

/** All that is not published; undefined where that is too much to look at. */
async function readWaiting(tx: Tx): Promise<readonly Pointed[] | undefined> {
  const rows: OutboxEntry[] = [];
  for (let after = ''; rows.length <= MOST_WAITING;) {
    const page = await readOutbox(tx, { after, limit: OUTBOX_PAGE });
    rows.push(...page);
    after = page.at(-1)?.outboxId ?? '';
    if (page.length < OUTBOX_PAGE) return rows.flatMap(pointersOf);
  }
  return undefined;
}

function pointersOf({ outboxId, facts }: OutboxEntry): readonly Pointed[] {
  return facts.map((fact, at) => ({ fact, outboxId, at }));
}

const AHEAD = 'More was told than the level knows, as after a restore of some tables alone: restore them together.';

function signOf(engine: Engine, { level, from, to }: Gap): Sign {
  const where = `level ${level.skuId} / ${level.locationId}`;
  const ailment: Ailment = 'lostEvents';
  if (to < from)
    return { ailment, where, detail: `version ${from} was told, and the level is at ${level.version}`, why: AHEAD };
  const detail = `version ${to} stands in the ledger, ${from} was told last, and nothing waits in between`;
  return { ailment, where, detail, cure: pointAgain(engine, level) };
}

/** Under the lock of the level, so that nothing is added, and that of the relay, so that nothing is taken away. */
function pointAgain(engine: Engine, { skuId, locationId }: LevelPair): Cure {
  return async (call) =>
    await execute(engine, {
      ...{ procedure: 'system.doctor', input: { repair: 'lostEvents', skuId, locationId } as object, call },
      lock: { scope: 'document', keys: [] },
      decide: async (tx) => {
        const levels = await lockLevels(tx, { skuIds: [], pairs: [{ skuId, locationId }] });
        await lockLease(tx);
        const draft = await draftNow(tx, engine);
        const gaps = await gapsOf(tx, levels);
        const facts = (await Promise.all(gaps.map((gap) => factsOf(tx, gap)))).flat();
        draft.facts.push(...facts);
        const told = { before: gaps.map(({ from }) => from), after: gaps.map(({ to }) => to) };
        return { draft, outcome: accepted(facts.length), ...told, isIdle: facts.length === 0 };
      },
    });
}

/** Caused by what moved the level last; none where the ledger has no such movement. */
async function factsOf(tx: Tx, { level: { skuId, locationId }, from, to }: Gap): Promise<readonly Fact[]> {
  const [cause] = await readMovements(tx, { skuId, locationId, from: to - 1, to });
  const what = { type: 'stock.level.changed', kind: 'level', id: [skuId, locationId] } as const;
  return cause === undefined ? [] : [{ ...what, from, to, commandId: cause.commandId }];
}

const UNTOLD =
  'What happened there is told by no ledger: whoever listens must read its state again, as events.md says.';

/** Whether anybody publishes, and what waits for something that will not come. */
async function lookAtOutbox(engine: Engine): Promise<Look> {
  return await engine.units.read(async (tx) => {
    const now = await tx.now();
    const { outboxRows, outboxOldestAt } = await readQueueGauges(tx);
    if (outboxOldestAt === null || outboxOldestAt > plusSeconds(now, -GRACE_SECONDS)) return atOnce([]);
    const lease = await findRelayLease(tx);
    const isServed = lease !== undefined && lease.expiresAt > plusSeconds(now, -GRACE_SECONDS);
    const idle: Sign = {
      ailment: 'outbox',
      where: 'outbox',
      detail: `${outboxRows} rows wait, the oldest since ${outboxOldestAt}; ${lease === undefined ? 'nobody ever relayed' : `${lease.holder} relayed until ${lease.expiresAt}`}`,
    };
    const page = (await readOutbox(tx, { after: '', limit: OUTBOX_PAGE })).flatMap(pointersOf);
    const signs = [...(isServed ? [] : [idle]), ...(await brokenLines(tx, page))];
    return atOnce(signs, page.length + 1);
  }, DEADLINE_MS);
}

/** What is no level, and begins behind where it was told, though what is missing would have to stand before it. */
async function brokenLines(tx: Tx, page: readonly Pointed[]): Promise<readonly Sign[]> {
  const others = page.filter(({ fact }) => fact.kind !== 'level');
  const known = await readCursors(
    tx,
    others.map(({ fact }) => aggregateId(fact)),
  );
  const { done } = publishable(others, known);
  const waiting = others.filter(({ outboxId, at }) => !done.has(`${outboxId}/${at}`));
  const first = new Map<string, number>();
  for (const { fact } of waiting) {
    const key = aggregateId(fact);
    first.set(key, Math.min(fact.from, first.get(key) ?? fact.from));
  }
  return [...first].map(([key, from]): Sign => {
    const told = known.get(key) ?? 0;
    const detail = `${told} was told last, what waits begins at ${from}, and nothing waits in between`;
    return { ailment: 'lostEvents', where: key, detail, why: UNTOLD };
  });
}
