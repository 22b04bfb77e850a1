/**
 * A storm: callers move stock while the worker that relays is killed again and again, and consumers in other processes must
 * have been told everything, in order, without a gap.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventType } from '@granary/contracts/event';
import { locationCreateInput } from '@granary/contracts/location';
import { callHere } from '../fleet/call-here.ts';
import { judge, type Verdict } from './judge.ts';
import { drained, readWaiting } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { readTruth, type Truth } from './witness.ts';
import { furnish, write, type Written } from './writers.ts';

export interface StormOptions {
  readonly movements: number;
  readonly kills: number;
  readonly workers: number;
  readonly seed: number;
  readonly keep: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (movements: number, note: string) => void;
}

export interface StormResult {
  readonly ok: boolean;
  readonly movements: number;
  readonly levels: number;
  readonly events: number;
  readonly calls: number;
  readonly refused: number;
  readonly kills: number;
  readonly repeats: number;
  readonly dead: number;
  readonly seconds: number;
  readonly consumers: readonly Verdict[];
  readonly problems: readonly string[];
}

const CALLERS = 12;
const LEASE_MS = 1_500;
const LOOK_MS = 20;
/** A receiver that works is tried again at once; nothing may die here. */
const SCHEDULE = { delaysMs: Array.from({ length: 20 }, () => 500) };
/** From so many kills on, chance alone brings repeats to every consumer. */
const KILLS_FOR_REPEATS = 20;
/** One consumer that takes only some of the types. */
const SOME: readonly EventType[] = ['stock.level.changed', 'stock.outbound'];

export async function storm(options: StormOptions): Promise<StormResult> {
  const startedAt = performance.now();
  const stage = await openStage({ name: 'storm', leaseMs: LEASE_MS, schedule: SCHEDULE, keep: options.keep });
  try {
    const written = await rage(stage, options);
    const { granary } = stage;
    const stuck = await drained(granary.dataSource, {
      signal: options.signal,
      onProgress: ({ outbox, pending }) => options.onProgress(options.movements, `${outbox + pending} wait`),
    });
    const subscribers = await granary.domain.deliveries.subscribers();
    const late = await stage.finish();
    const truth = await readTruth(granary.dataSource);
    const consumers = verdicts(stage, truth);
    const dead = subscribers.reduce((sum, each) => sum + each.dead, 0);
    const invariants = (await granary.domain.verify({})).violations.map(({ invariant, row }) => `${invariant} ${row}`);
    const problems = [
      ...[...written.problems, ...stuck, ...late, ...truth.problems, ...invariants],
      ...consumers.flatMap((each) => each.problems),
      ...expectations({ options, truth, consumers, dead, kills: written.kills }),
    ];
    return {
      ...{ ok: problems.length === 0, movements: truth.movements, levels: truth.levels, events: truth.events.length },
      ...{ calls: written.calls, refused: written.refused, kills: written.kills, dead },
      repeats: consumers.reduce((sum, { repeats }) => sum + repeats, 0),
      seconds: Math.round((performance.now() - startedAt) / 1000),
      ...{ consumers, problems },
    };
  } finally {
    await stage.close();
  }
}

/** Both at once: neither callers nor kills run far ahead, so that the kills are spread over all of it. */
async function rage(stage: Stage, options: StormOptions): Promise<Written & { readonly kills: number }> {
  const { granary, crew } = stage;
  const { movements, kills, workers, seed, signal, onProgress } = options;
  await stage.hook('all', { kind: 'good' });
  await stage.hook('some', { kind: 'good' }, SOME);
  await Promise.all(Array.from({ length: workers }, () => crew.start()));
  await furnish(granary.domain);
  const state = { moved: 0, kills: 0, isOver: false };
  const problems: string[] = [];
  const watching = watch(stage, state, onProgress);
  const killing = kill(stage, { options, state }).then((more) => problems.push(...more));
  const written = await write({
    ...{ domain: granary.domain, seed, callers: CALLERS },
    pace: () => {
      if (signal.aborted || problems.length > 0) return 'end';
      if (state.moved >= movements) return state.kills >= kills ? 'end' : 'rest';
      return state.moved > (movements * (state.kills + 1)) / (kills + 1) ? 'rest' : 'go';
    },
  });
  state.isOver = true;
  await Promise.all([watching, killing]);
  return { ...written, kills: state.kills, problems: [...written.problems, ...problems] };
}

interface Rage {
  moved: number;
  kills: number;
  isOver: boolean;
}

async function watch({ granary }: Stage, state: Rage, onProgress: StormOptions['onProgress']): Promise<void> {
  while (!state.isOver) {
    const [row] = await granary.dataSource.query<{ n: string }[]>('SELECT COUNT(*) AS n FROM stock_movement');
    state.moved = Number(row?.n ?? 0);
    const { outbox, pending } = await readWaiting(granary.dataSource);
    onProgress(state.moved, `${state.kills} kills, ${outbox + pending} wait`);
    await sleep(100);
  }
}

/** Half of them at any time, half of them just when the stream has heard something and the relay has not noted it yet. */
async function kill(
  { crew, stream, granary }: Stage,
  { options, state }: { options: StormOptions; state: Rage },
): Promise<readonly string[]> {
  const share = options.movements / (options.kills + 1);
  while (state.kills < options.kills && !options.signal.aborted) {
    if (state.moved < share * state.kills && !state.isOver) {
      await sleep(LOOK_MS);
      continue;
    }
    const worker = await crew.relaying();
    if (worker === undefined) return ['nobody took the relay over in time'];
    if (state.kills % 2 === 0) await sleep(Math.random() * 700);
    else {
      // When all is quiet something must happen that it can hear.
      const locationId = `KILL-${state.kills}`;
      const heard = stream.next('heard', 2_000);
      await granary.domain.locations.create(locationCreateInput.parse({ locationId }), callHere());
      await heard;
      await sleep(Math.random() * 8);
    }
    await crew.replace(worker);
    state.kills += 1;
  }
  return [];
}

function verdicts(stage: Stage, { events: expected }: Truth): readonly Verdict[] {
  const some = expected.filter(({ type }) => SOME.some((each) => each === type));
  return [
    judge({ consumer: 'stream', journal: stage.journal('stream'), expected }),
    judge({ consumer: 'listener', journal: stage.journal('listener'), expected }),
    judge({ consumer: 'webhook', journal: stage.journal('all'), expected }),
    judge({ consumer: 'webhook, some types', journal: stage.journal('some'), expected: some }),
  ];
}

interface Outcome {
  readonly options: StormOptions;
  readonly truth: Truth;
  readonly consumers: readonly Verdict[];
  readonly dead: number;
  readonly kills: number;
}

function expectations({ options, truth, consumers, dead, kills }: Outcome): readonly string[] {
  const wrong: string[] = [];
  if (truth.movements < options.movements) wrong.push(`only ${truth.movements} movements were made`);
  if (kills < options.kills) wrong.push(`the relay was killed only ${kills} times`);
  if (dead > 0) wrong.push(`${dead} events were given up, and nobody refused any`);
  for (const { consumer, movements, repeats } of consumers) {
    if (movements !== truth.movements)
      wrong.push(`${consumer}: was told of ${movements} movements, and there are ${truth.movements}`);
    if (kills >= KILLS_FOR_REPEATS && repeats === 0) wrong.push(`${consumer}: saw no repeat, so the kills missed it`);
  }
  return wrong;
}
