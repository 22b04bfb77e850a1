/**
 * Poison: one event that two consumers refuse for ever. Everybody else goes on at once, its own aggregate once it is given
 * up, and a replay brings it when they are mended.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { skuCreateInput, skuUpdateInput } from '@granary/contracts/sku';
import { webhookReplayInput } from '@granary/contracts/webhook';
import type { Domain } from '@granary/domain';
import { callHere } from '../fleet/call-here.ts';
import { judge, type Verdict } from './judge.ts';
import type { Journal } from './note.ts';
import { drained } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { LISTENER_QUEUE } from './subscriber-name.ts';
import { readTruth } from './witness.ts';

export interface PoisonOptions {
  readonly skus: number;
  readonly keep: string | undefined;
  readonly signal: AbortSignal;
}

export interface PoisonResult {
  readonly ok: boolean;
  readonly consumers: readonly Verdict[];
  /** How long after its first refusal the last of all other aggregates' events was told, and when its own went on. */
  readonly timing: readonly Timing[];
  readonly problems: readonly string[];
}

interface Timing {
  readonly consumer: string;
  readonly attempts: number;
  readonly othersMs: number;
  readonly givenUpMs: number;
  readonly ownMs: number;
}

const RESTS = [2_000, 4_000];
const LEASE_MS = 2_000;
const EVENT = 'sku:P-0:2';
const AGGREGATE = 'sku:P-0';
const CONSUMERS = ['listener', 'poisoned'] as const;
const PATIENCE_MS = 60_000;

export async function poison({ skus, keep, signal }: PoisonOptions): Promise<PoisonResult> {
  const by = (folder: string) => ({ eventId: EVENT, mendedBy: join(folder, 'mended') });
  const stage = await openStage({ name: 'poison', leaseMs: LEASE_MS, schedule: { delaysMs: RESTS }, poison: by, keep });
  try {
    const { granary, crew } = stage;
    const webhookId = await stage.hook('poisoned', { kind: 'poisoned', by: by(stage.folder) });
    await stage.hook('good', { kind: 'good' });
    await Promise.all([crew.start(), crew.start()]);
    await happen(granary.domain, { skus, from: 1, to: 3 });
    const problems = [...(await until('both have refused it', () => bothRefused(stage)))];
    await happen(granary.domain, { skus, from: 4, to: 5 });
    const bothGaveUp = async () => (await deadOf(stage, webhookId)).every((dead) => dead === 1);
    problems.push(
      ...(await until('both have given it up', bothGaveUp)),
      ...(await drained(granary.dataSource, { signal })),
    );
    const timing = CONSUMERS.map((consumer) => timingOf(consumer, stage.journal(consumer)));
    problems.push(...timing.flatMap(judged), ...untold(stage), ...strangers(await deadElsewhere(stage, webhookId)));
    problems.push(...(await replay(stage, webhookId)), ...(await drained(granary.dataSource, { signal })));
    if ((await deadOf(stage, webhookId)).some((dead) => dead > 0)) problems.push('it is dead although it was replayed');
    problems.push(...(await stage.finish()));
    const consumers = await verdictsOf(stage, problems);
    problems.push(...consumers.flatMap((each) => each.problems));
    return { ok: problems.length === 0, consumers, timing, problems };
  } finally {
    await stage.close();
  }
}

/** The versions of every SKU from the first to the last named. */
async function happen(domain: Domain, { skus, from, to }: { skus: number; from: number; to: number }): Promise<void> {
  for (let version = from; version <= to; version += 1)
    for (let each = 0; each < skus; each += 1) {
      const skuId = `P-${each}`;
      if (version === 1) await domain.skus.create(skuCreateInput.parse({ skuId }), callHere());
      else await domain.skus.update(skuUpdateInput.parse({ skuId, name: `version ${version}` }), callHere());
    }
}

async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<readonly string[]> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    if (await isSo()) return [];
    await sleep(50);
  }
  return [`waited in vain until ${what}`];
}

const bothRefused = (stage: Stage) =>
  CONSUMERS.every((consumer) => stage.journal(consumer).notes.some(({ id, taken }) => id === EVENT && !taken));

async function deadOf(stage: Stage, webhookId: string): Promise<readonly number[]> {
  const all = await stage.granary.domain.deliveries.subscribers();
  return [LISTENER_QUEUE, `webhook:${webhookId}`].map(
    (name) => all.find(({ subscriber }) => subscriber === name)?.dead ?? 0,
  );
}

async function deadElsewhere(stage: Stage, webhookId: string): Promise<number> {
  const all = await stage.granary.domain.deliveries.subscribers();
  return all
    .filter(({ subscriber }) => ![LISTENER_QUEUE, `webhook:${webhookId}`].includes(subscriber))
    .reduce((sum, { dead }) => sum + dead, 0);
}

const strangers = (dead: number) => (dead === 0 ? [] : [`${dead} events are dead where nobody refused any`]);

const untold = (stage: Stage) =>
  CONSUMERS.filter((consumer) => stage.journal(consumer).notes.some(({ id, taken }) => id === EVENT && taken)).map(
    (consumer) => `${consumer} took what it refuses`,
  );

function timingOf(consumer: string, { notes }: Journal): Timing {
  const refusals = notes.filter(({ id, taken }) => id === EVENT && !taken);
  const [firstAt, lastAt] = [refusals[0]?.heardAt ?? 0, refusals.at(-1)?.heardAt ?? 0];
  const skus = notes.filter(({ aggregate, taken }) => taken && aggregate.startsWith('sku:P-'));
  const others = skus.filter(({ aggregate }) => aggregate !== AGGREGATE).map(({ heardAt }) => heardAt - firstAt);
  const own = skus
    .filter(({ aggregate, to }) => aggregate === AGGREGATE && to > 2)
    .map(({ heardAt }) => heardAt - firstAt);
  return {
    ...{ consumer, attempts: refusals.length, givenUpMs: lastAt - firstAt },
    ...{ othersMs: Math.max(...others), ownMs: Math.min(...own) },
  };
}

function judged({ consumer, attempts, othersMs, givenUpMs, ownMs }: Timing): readonly string[] {
  const wrong: string[] = [];
  if (attempts !== RESTS.length + 1) wrong.push(`${consumer}: was asked ${attempts} times, not ${RESTS.length + 1}`);
  if (othersMs >= givenUpMs)
    wrong.push(`${consumer}: others waited ${othersMs} ms for what was given up after ${givenUpMs}`);
  if (ownMs < givenUpMs) wrong.push(`${consumer}: was told what comes behind it before it was given up`);
  return wrong;
}

async function replay(stage: Stage, webhookId: string): Promise<readonly string[]> {
  writeFileSync(join(stage.folder, 'mended'), '');
  const { domain } = stage.granary;
  const near = await domain.deliveries.replay({ subscriber: LISTENER_QUEUE });
  const { replayed } = await domain.webhooks.replay(webhookReplayInput.parse({ webhookId }), callHere());
  return near === 1 && replayed === 1
    ? []
    : [`replayed ${near} to the listener and ${replayed} to the webhook, not 1 each`];
}

async function verdictsOf(stage: Stage, problems: string[]): Promise<readonly Verdict[]> {
  const { events: expected, problems: wrong } = await readTruth(stage.granary.dataSource);
  problems.push(...wrong);
  const replayed = new Set([EVENT]);
  return [
    judge({ consumer: 'stream', journal: stage.journal('stream'), expected }),
    judge({ consumer: 'webhook', journal: stage.journal('good'), expected }),
    judge({ consumer: 'poisoned listener', journal: stage.journal('listener'), expected, replayed }),
    judge({ consumer: 'poisoned webhook', journal: stage.journal('poisoned'), expected, replayed }),
  ];
}
