/** `npm run test:cluster`: past one machine, on this one: replicas, promotion, Sentinels, processes that die, all under load. */
import { defineCommand } from '../command.ts';
import { processes } from '../cluster/processes.ts';
import { promotion } from '../cluster/promotion.ts';
import { redisFailover } from '../cluster/redis-failover.ts';
import { replicaLag } from '../cluster/replica-lag.ts';
import { play, type SceneResult } from '../cluster/scene.ts';
import { table } from '../table.ts';

const SCENES = { processes, promotion, redis: redisFailover, lag: replicaLag } as const;
const names = ['processes', 'promotion', 'redis', 'lag'] as const;

const options = {
  part: { type: 'string', choices: names, description: 'Only this part; all of them when left out' },
  engine: { type: 'string', choices: ['mariadb', 'mysql'], description: 'The database; mariadb when left out' },
  callers: { type: 'integer', placeholder: 'N', default: 24, min: 1, description: 'How many call at the same time' },
  seconds: { type: 'integer', placeholder: 'N', default: 4, min: 1, description: 'Of load before, between and after' },
  seed: { type: 'integer', placeholder: 'S', default: 1, description: 'What the callers do' },
} as const;

export const command = defineCommand({
  name: 'test:cluster',
  summary:
    'Runs a whole site (replica, Sentinels, api and worker processes) under load, kills its parts, and proves that nothing acknowledged is lost',
  options,
  async run({ values, progress, signal }) {
    const scenes: SceneResult[] = [];
    for (const name of names.filter((each) => values.part === undefined || values.part === each)) {
      signal.throwIfAborted();
      const bar = progress(name);
      const result = await play(SCENES[name], {
        ...{ engine: engineOf(values.engine), callers: values.callers, seed: values.seed, signal },
        ...{ restMs: values.seconds * 1000, onProgress: (calls: number, note: string) => bar.at(calls, note) },
      });
      bar.end();
      scenes.push(result);
    }
    return { ok: scenes.every(({ ok }) => ok), figures: { scenes }, summary: scenes.map(textOf).join('\n\n') };
  },
});

const engineOf = (name: string | undefined) => (name === 'mariadb' || name === 'mysql' ? name : undefined);

function textOf(scene: SceneResult): string {
  const { name, calls, acknowledged, refused, lost, unknown, unknownThere, silenceMs, events, repeats } = scene;
  const unanswered = Object.entries(scene.unanswered).map(([kind, count]) => `${kind} ${count}`);
  return [
    `When ${name}:`,
    table([
      ['calls', calls],
      ['acknowledged effects', acknowledged],
      ['of these lost', lost.length],
      ['refused', refused],
      ['unanswered', `${unknown} (${unknownThere} there) ${unanswered.join(', ')}`.trimEnd()],
      ['longest silence, ms', silenceMs],
      ['events told', `${events} (${repeats} again)`],
      ...Object.entries(scene.figures),
    ]),
    ...lost,
    ...scene.problems,
  ].join('\n');
}
