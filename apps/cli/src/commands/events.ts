/** `npm run -s events`: whether everybody hears of everything, in order, whatever is killed, paused, late, slow or poisoned. */
import { type CommandContext, defineCommand } from '../command.ts';
import type { Verdict } from '../events/judge.ts';
import { poison, type PoisonResult } from '../events/poison.ts';
import { storm, type StormResult } from '../events/storm.ts';
import { trouble, type TroubleResult } from '../events/trouble.ts';
import { table } from '../table.ts';

const WORKERS = 3;
const POISON_SKUS = 12;
const HANG_MS = 10_000;
const STEADY_MS = 20_000;
const BOUND_MS = 5_000;
const REST_MS = 30;
const PARTS = ['storm', 'poison', 'trouble'] as const;

const options = {
  movements: { type: 'integer', placeholder: 'N', default: 10_000, min: 1, description: 'Movements of the storm' },
  kills: { type: 'integer', placeholder: 'N', default: 20, min: 0, description: 'How often the relay is killed in it' },
  seed: { type: 'integer', placeholder: 'S', default: 1, description: 'What the callers do' },
  part: { type: 'string', choices: PARTS, description: 'Only this part; all of them when left out' },
  keep: { type: 'string', placeholder: 'FOLDER', description: 'Leaves the journals and the logs of the workers there' },
} as const;
type Context = CommandContext<typeof options>;

export const command = defineCommand({
  name: 'events',
  summary:
    'Kills, pauses and poisons the delivery of events, and proves that every consumer was told everything and in order',
  options,
  async run(context) {
    const wanted = PARTS.filter((part) => context.values.part === undefined || context.values.part === part);
    const results: Results = {};
    for (const part of wanted) Object.assign(results, { [part]: await runPart(part, context) });
    const all = Object.values(results);
    return { ok: all.every(({ ok }) => ok), figures: { ...results }, summary: summaryOf(results) };
  },
});

interface Results {
  readonly storm?: StormResult;
  readonly poison?: PoisonResult;
  readonly trouble?: TroubleResult;
}

async function runPart(part: (typeof PARTS)[number], { values, progress, signal, file }: Context) {
  const { movements, kills, seed } = values;
  const keep = values.keep === undefined ? undefined : file(values.keep);
  const bar = progress(part, part === 'storm' ? movements : undefined);
  try {
    switch (part) {
      case 'storm':
        return await storm({
          ...{ movements, kills, seed, keep, signal, workers: WORKERS },
          onProgress: (done, note) => bar.at(done, note),
        });
      case 'poison':
        return await poison({ skus: POISON_SKUS, keep, signal });
      case 'trouble':
        return await trouble({
          ...{ hangMs: HANG_MS, steadyMs: STEADY_MS, boundMs: BOUND_MS, restMs: REST_MS, seed, keep, signal },
          onProgress: (note) => bar.at(0, note),
        });
    }
  } finally {
    bar.end();
  }
}

function summaryOf(results: Results): string {
  const { storm: raged, poison: poisoned, trouble: troubled } = results;
  return [
    ...(raged === undefined ? [] : stormText(raged)),
    ...(poisoned === undefined ? [] : poisonText(poisoned)),
    ...(troubled === undefined ? [] : troubleText(troubled)),
  ].join('\n');
}

const HEAD = ['consumer', 'events', 'delivered', 'repeats dropped', 'refused', 'p50 ms', 'p99 ms', 'slowest ms'];
const verdictTable = (consumers: readonly Verdict[]) =>
  table([
    HEAD,
    ...consumers.map((each) => [
      ...[each.consumer, each.expected, each.delivered, each.repeats, each.refused],
      ...[each.p50Ms, each.p99Ms, each.slowestMs],
    ]),
  ]);

function stormText({ movements, levels, events, kills, seconds, consumers, problems }: StormResult): readonly string[] {
  return [
    `Storm: ${movements} movements over ${levels} levels, ${events} events, the relay killed ${kills} times, ${seconds} s`,
    ...[verdictTable(consumers), ...problems, ''],
  ];
}

function poisonText({ consumers, timing, problems }: PoisonResult): readonly string[] {
  return [
    ...timing.map(
      ({ consumer, attempts, othersMs, givenUpMs, ownMs }) =>
        `Poison, ${consumer}: given up after ${attempts} tries and ${givenUpMs} ms; all others told by ${othersMs} ms, its own aggregate from ${ownMs} ms`,
    ),
    ...[verdictTable(consumers), ...problems, ''],
  ];
}

function troubleText(result: TroubleResult): readonly string[] {
  const { consumers, steady, pausedMs, toldMeanwhile, lateMs, dead, problems } = result;
  return [
    `Trouble: the relay paused for ${pausedMs} ms, ${toldMeanwhile} events told meanwhile; a commit ${lateMs} ms late; dead: ${JSON.stringify(dead)}`,
    verdictTable(consumers),
    'While callers wrote steadily and only subscribers made trouble:',
    table([
      ['consumer', 'events', 'p50 ms', 'p99 ms', 'slowest ms'],
      ...steady.map(({ consumer, events, p50Ms, p99Ms, slowestMs }) => [consumer, events, p50Ms, p99Ms, slowestMs]),
    ]),
    ...[...problems, ''],
  ];
}
