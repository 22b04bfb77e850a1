/** What every part of the harness does: a site under load, a disturbance, and then everything held against the database. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type GranaryClient } from '@granary/client';
import { call } from '../effects/callers.ts';
import { type Diary, emptyDiary, longestSilenceMs } from '../effects/diary.ts';
import { judge as judgeEffects, type Verdict as Effects } from '../effects/judge.ts';
import { readKept } from '../effects/kept.ts';
import { judge as judgeEvents } from '../events/judge.ts';
import { drained } from '../events/queues.ts';
import { readTruth } from '../events/witness.ts';
import { openSite, type Site, type SiteOptions } from './site.ts';

export interface Scene extends SiteOptions {
  readonly name: string;
  /** What happens while callers call. Answers figures of its own, and what went wrong. */
  disturb(site: Site, rest: () => Promise<void>): Promise<Disturbed>;
}

export interface Disturbed {
  readonly figures: Readonly<Record<string, number | string>>;
  readonly problems: readonly string[];
}

export interface SceneOptions {
  readonly engine: SiteOptions['engine'];
  readonly callers: number;
  readonly seed: number;
  /** Of load before, between and after what happens. */
  readonly restMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (calls: number, note: string) => void;
}

export interface SceneResult extends Omit<Effects, 'problems'>, Disturbed {
  readonly name: string;
  readonly ok: boolean;
  readonly calls: number;
  /** By code or kind: calls that were given up after all repeats. */
  readonly unanswered: Diary['unanswered'];
  /** The longest time in which nobody was answered. */
  readonly silenceMs: number;
  readonly events: number;
  /** Deliveries that came again. */
  readonly repeats: number;
}

const SKUS = 4;
/** Few, so that callers want more than there is. */
const OPENING = 20;
/** A caller waits out what a failover takes: waits double from 0.1 to 5 seconds. */
const RETRIES = 12;
const CALL_TIMEOUT_MS = 10_000;
const SWEPT_WITHIN_MS = 30_000;

export async function play(scene: Scene, options: SceneOptions): Promise<SceneResult> {
  options.onProgress(0, 'starting servers and processes');
  const site = await openSite({ ...scene, engine: options.engine });
  try {
    const opening = await stock(site);
    const diary = emptyDiary();
    const disturbed = await disturbUnderLoad(scene, site, { ...options, diary, skuIds: [...opening.keys()] });
    options.onProgress(diary.answers.length, 'waiting until all is told');
    const late = [...(await drained(site.granary.dataSource, { signal: options.signal })), ...(await swept(site))];
    const effects = judgeEffects(diary, await readKept(site.granary.dataSource, opening));
    const truth = await readTruth(site.granary.dataSource);
    const told = judgeEvents({ consumer: 'webhook', journal: site.journal(), expected: truth.events });
    const { violations } = await site.granary.domain.verify({});
    const problems = [
      ...[...disturbed.problems, ...late, ...effects.problems, ...truth.problems, ...told.problems],
      ...violations.map(({ invariant, row, detail }) => `${invariant} ${row}: ${detail}`),
    ];
    return {
      ...{ ...effects, name: scene.name, ok: problems.length + effects.lost.length === 0, problems },
      ...{ calls: diary.answers.length, unanswered: diary.unanswered, silenceMs: longestSilenceMs(diary) },
      ...{ events: told.delivered, repeats: told.repeats, figures: disturbed.figures },
    };
  } finally {
    await site.close();
  }
}

interface Load extends SceneOptions {
  readonly diary: Diary;
  readonly skuIds: readonly string[];
}

async function disturbUnderLoad(scene: Scene, site: Site, load: Load): Promise<Disturbed> {
  const { diary, callers, seed, restMs, signal, onProgress, skuIds } = load;
  const clients = Array.from({ length: callers }, () => clientOf(site));
  const [first = '', ...others] = skuIds;
  let isOver = false;
  const calling = call({
    ...{ diary, seed, callers, skuIds: [first, ...others], goesOn: () => !isOver && !signal.aborted },
    client: (caller) => clients[caller] ?? clientOf(site),
  });
  const rest = async () => {
    onProgress(diary.answers.length, scene.name);
    await sleep(restMs, undefined, { signal });
  };
  try {
    await rest();
    const disturbed = await scene.disturb(site, rest);
    await rest();
    return disturbed;
  } finally {
    isOver = true;
    await calling;
  }
}

function clientOf({ programs }: Site): GranaryClient {
  return createClient({ url: programs.url, retries: RETRIES, timeoutMs: CALL_TIMEOUT_MS });
}

async function stock(site: Site): Promise<ReadonlyMap<string, number>> {
  const skuIds = Array.from({ length: SKUS }, (_, each) => `SKU-${each}`);
  const lines = skuIds.map((skuId) => ({ skuId, quantity: OPENING, unitCost: '1.00' }));
  await clientOf(site).inbound.purchase.mutate({ documentNo: 'OPENING', lines });
  return new Map(skuIds.map((skuId) => [skuId, OPENING]));
}

/** The workers end what has run out within seconds, whatever was done to them. */
async function swept({ granary }: Site): Promise<readonly string[]> {
  const giveUpAt = performance.now() + SWEPT_WITHIN_MS;
  for (;;) {
    const [row] = await granary.dataSource.query<{ n: string }[]>(
      `SELECT COUNT(*) AS n FROM reservation WHERE state = 'active' AND expires_at < UTC_TIMESTAMP(6) - INTERVAL 2 SECOND`,
    );
    if (Number(row?.n ?? 0) === 0) return [];
    if (performance.now() > giveUpAt) return [`${row?.n} holds have run out and nobody ended them`];
    await sleep(100);
  }
}
