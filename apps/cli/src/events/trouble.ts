/**
 * Trouble: subscribers that are slow, fail, redirect and break off; a transaction that commits late with an early id; a relay
 * that is paused past its lease and goes on. Each gets everything in order, and nobody else is held up.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventType } from '@granary/contracts/event';
import { locationCreateInput, locationUpdateInput } from '@granary/contracts/location';
import type { Domain } from '@granary/domain';
import { callHere } from '../fleet/call-here.ts';
import { judge, lagsOf, type Verdict } from './judge.ts';
import { commitLate } from './late-commit.ts';
import { drained } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import type { Journal, Note } from './note.ts';
import { type Lag, steadyLags, unbounded, UNTROUBLED } from './steady-lag.ts';
import { type Expected, readTruth } from './witness.ts';
import { furnish, write } from './writers.ts';

export interface TroubleOptions {
  /** How long the slow one takes for each event. */
  readonly hangMs: number;
  /** How long callers write while only the subscribers make trouble. */
  readonly steadyMs: number;
  /** What a subscriber that makes no trouble may lag behind at most (p99), in spite of all others. */
  readonly boundMs: number;
  /** Between two calls of all callers together. */
  readonly restMs: number;
  readonly seed: number;
  readonly keep: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (note: string) => void;
}

export interface TroubleResult {
  readonly ok: boolean;
  readonly consumers: readonly Verdict[];
  /** Of what was recorded while callers wrote steadily. */
  readonly steady: readonly Lag[];
  /** How long the relay was paused, and what the others had told by the time that it went on. */
  readonly pausedMs: number;
  readonly toldMeanwhile: number;
  readonly lateMs: number;
  readonly dead: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

const LEASE_MS = 1_500;
const PAUSE_MS = 3 * LEASE_MS;
const TOLD_MS = 15_000;
/** Within the time after which the database ends a transaction that stands still. */
const LATE_MS = 3_000;
const FAILING_MS = 4_000;
/** Longer than the one that fails for a while, and over soon for the one that redirects for ever. */
const RESTS = [250, 500, 1_000, 2_000, 4_000];
const CALLERS = 3;
const PLACES = 4;
const LOCATIONS: readonly EventType[] = ['stock.location.created', 'stock.location.updated'];
const MADE: readonly EventType[] = ['stock.location.created'];

export async function trouble(options: TroubleOptions): Promise<TroubleResult> {
  const { keep, signal, onProgress, hangMs } = options;
  const stage = await openStage({ name: 'trouble', leaseMs: LEASE_MS, schedule: { delaysMs: RESTS }, keep });
  try {
    const { granary, crew } = stage;
    await stage.hook('good', { kind: 'good' });
    await furnish(granary.domain);
    onProgress('a late commit before anybody relays');
    const problems = [...(await commitLate(granary, { name: 'EARLY', openMs: 1_000 })).problems];
    await Promise.all([crew.start(), crew.start()]);
    problems.push(...(await drained(granary.dataSource, { signal })));
    // Whoever makes trouble comes afterwards, and is told of what happens from then on.
    const before = new Set((await readTruth(granary.dataSource)).events.map(({ id }) => id));
    const redirecting = await makeHooks(stage, hangMs);
    onProgress('steady writing');
    const from = Date.now();
    problems.push(...(await writeSteadily(stage, options)));
    const to = Date.now();
    onProgress('a late commit, and a relay that is paused');
    const late = commitLate(granary, { name: 'LATE', openMs: LATE_MS });
    const paused = await pause(stage, options);
    const { openMs, problems: unlike } = await late;
    problems.push(...paused.problems, ...unlike);
    onProgress('until all is delivered');
    problems.push(...(await drained(granary.dataSource, { signal })));
    const dead = await deadBySubscriber(stage);
    problems.push(...(await stage.finish()));
    const consumers = await verdictsOf(stage, { before, problems });
    const steady = steadyLags(stage, { from, to });
    problems.push(
      ...consumers.flatMap((each) => each.problems),
      ...unbounded(steady, options.boundMs),
      ...troubleMet(stage, { dead, redirecting, hangMs }),
    );
    const { pausedMs, toldMeanwhile } = paused;
    return { ok: problems.length === 0, consumers, steady, pausedMs, toldMeanwhile, lateMs: openMs, dead, problems };
  } finally {
    await stage.close();
  }
}

/** Answers the queue of the one whose events must all die. */
async function makeHooks(stage: Stage, hangMs: number): Promise<string> {
  await stage.hook('failing', { kind: 'failing', ms: FAILING_MS });
  await stage.hook('closing', { kind: 'closing' });
  await stage.hook('slow', { kind: 'slow', ms: hangMs }, LOCATIONS);
  return `webhook:${await stage.hook('redirecting', { kind: 'redirecting', to: stage.targetUrl }, MADE)}`;
}

/** Callers without haste, and a few places that are made and renamed, of which the slow one and the redirecting one hear. */
async function writeSteadily({ granary: { domain } }: Stage, options: TroubleOptions): Promise<readonly string[]> {
  const until = performance.now() + options.steadyMs;
  const isOver = () => options.signal.aborted || performance.now() >= until;
  const [written] = await Promise.all([gently(domain, options, isOver), renamePlaces(domain)]);
  return written.calls === 0 ? ['nobody wrote'] : written.problems;
}

function gently(domain: Domain, { seed, restMs }: Pick<TroubleOptions, 'seed' | 'restMs'>, isOver: () => boolean) {
  let goesAt = 0;
  return write({
    ...{ domain, seed, callers: CALLERS },
    pace: () => {
      if (isOver()) return 'end';
      if (performance.now() < goesAt) return 'rest';
      goesAt = performance.now() + restMs;
      return 'go';
    },
  });
}

async function renamePlaces(domain: Domain): Promise<void> {
  for (const name of [undefined, 'one', 'two'])
    for (let each = 0; each < PLACES; each += 1) {
      const locationId = `PLACE-${each}`;
      if (name === undefined) await domain.locations.create(locationCreateInput.parse({ locationId }), callHere());
      else await domain.locations.update(locationUpdateInput.parse({ locationId, name }), callHere());
    }
}

/** The one that relays stands still for three leases while callers go on; another one must take over, and both live on. */
async function pause(stage: Stage, options: TroubleOptions) {
  const { crew, granary } = stage;
  const first = await crew.relaying();
  if (first === undefined) return { pausedMs: 0, toldMeanwhile: 0, problems: ['nobody relays'] };
  let isOver = false;
  const writing = gently(
    granary.domain,
    { ...options, seed: options.seed + 1_000 },
    () => isOver || options.signal.aborted,
  );
  await sleep(Math.random() * 200);
  const since = performance.now();
  const told = stage.journal('stream').notes.length;
  first.signal('SIGSTOP');
  const second = await crew.relaying(first);
  await sleep(Math.max(0, PAUSE_MS - (performance.now() - since)));
  // Where it stood still within a transaction, nobody relays before the database has ended that.
  const toldMeanwhile = await toldSince(stage, told);
  first.signal('SIGCONT');
  const pausedMs = Math.round(performance.now() - since);
  await sleep(LEASE_MS);
  isOver = true;
  const { problems: failed } = await writing;
  const problems = [...failed];
  if (second === undefined) problems.push('nobody took over from a relay that stood still');
  if (!first.isAlive()) problems.push('the relay that stood still did not go on');
  if (toldMeanwhile === 0) problems.push('nothing was told while the relay stood still');
  return { pausedMs, toldMeanwhile, problems };
}

async function toldSince(stage: Stage, told: number): Promise<number> {
  for (const until = performance.now() + TOLD_MS; ;) {
    const more = stage.journal('stream').notes.length - told;
    if (more > 0 || performance.now() > until) return more;
    await sleep(100);
  }
}

async function deadBySubscriber(stage: Stage): Promise<Readonly<Record<string, number>>> {
  const all = await stage.granary.domain.deliveries.subscribers();
  return Object.fromEntries(all.filter(({ dead }) => dead > 0).map(({ subscriber, dead }) => [subscriber, dead]));
}

async function verdictsOf(
  stage: Stage,
  { before, problems }: { before: ReadonlySet<string>; problems: string[] },
): Promise<readonly Verdict[]> {
  const { events, problems: wrong } = await readTruth(stage.granary.dataSource);
  problems.push(...wrong);
  // Whether one of them is told that another one was made depends on which of them was there first.
  const isLater = ({ id, aggregate }: Expected) => !before.has(id) && !aggregate.startsWith('webhook:');
  const later = events.filter(isLater);
  const about = (types: readonly EventType[]) => later.filter(({ type }) => types.some((each) => each === type));
  const expected = { failing: later, closing: later, slow: about(LOCATIONS), redirecting: [], target: [] };
  return [
    ...UNTROUBLED.map((consumer) => judge({ consumer, journal: stage.journal(consumer), expected: events })),
    ...Object.entries(expected).map(([consumer, own]) =>
      judge({ consumer, journal: laterOf(stage.journal(consumer), isLater), expected: own }),
    ),
  ];
}

const laterOf = ({ notes, strays }: Journal, isLater: (note: Note) => boolean): Journal => ({
  notes: notes.filter(isLater),
  strays,
});

interface Met {
  readonly dead: Readonly<Record<string, number>>;
  readonly redirecting: string;
  readonly hangMs: number;
}

/** Whether the trouble was met at all, and events died only where they had to. */
function troubleMet(stage: Stage, { dead, redirecting, hangMs }: Met): readonly string[] {
  const wrong: string[] = [];
  const refused = (consumer: string) => stage.journal(consumer).notes.filter(({ taken }) => !taken);
  for (const [subscriber, count] of Object.entries(dead))
    if (subscriber !== redirecting) wrong.push(`${count} events of ${subscriber} are dead`);
  const made = new Set(refused('redirecting').map(({ id }) => id)).size;
  if (made === 0 || dead[redirecting] !== made)
    wrong.push(`${dead[redirecting] ?? 0} events died at the redirect, and it was sent ${made}`);
  for (const consumer of ['failing', 'closing'])
    if (refused(consumer).length === 0) wrong.push(`${consumer}: made no trouble`);
  const slowest = lagsOf(stage.journal('slow').notes).slowestMs;
  if (slowest < hangMs) wrong.push(`slow: was not slow, ${slowest} ms`);
  return wrong;
}
