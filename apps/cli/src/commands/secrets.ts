/** `secrets`: what is sealed in the database in use, looked at, or sealed anew with the first key of ENCRYPTION_KEYS. */
import { type CommandContext, defineCommand, UsageError } from '../command.ts';
import { withEngineInUse } from '../fleet/engine-in-use.ts';
import { grouped } from '../table.ts';

const SHOWN = 50;

export const command = defineCommand({
  name: 'secrets',
  summary: 'Finds sealed attributes that no key opens; or seals everything that is sealed anew with the first key',
  usage: 'check | rotate',
  arguments: { min: 1, max: 1 },
  options: {},
  run: async (context) => {
    const [word] = context.positionals;
    if (word !== 'check' && word !== 'rotate')
      throw new UsageError(`There is no 'secrets ${word}'; there are check and rotate`);
    return await withEngineInUse('secrets', ({ domain }) => run(context, { domain, reseal: word === 'rotate' }));
  },
});

type Visited = Parameters<Parameters<typeof withEngineInUse>[1]>[0];

async function run(
  { progress, signal }: CommandContext<Record<never, never>>,
  { domain, reseal }: Pick<Visited, 'domain'> & { readonly reseal: boolean },
) {
  const webhooks = reseal ? await domain.maintenance.resealSecrets() : { resealed: 0, left: 0 };
  const bar = progress(reseal ? 'sealing anew' : 'looking');
  const attributes = await domain.sealing({ reseal, signal, onProgress: (looked) => bar.at(looked) });
  bar.end();
  const { looked, old, resealed, unopened } = attributes;
  const left = reseal ? old - resealed : old;
  const done = reseal
    ? `${grouped(resealed + webhooks.resealed)} sealed anew (${grouped(webhooks.resealed)} of them webhooks), ${grouped(left + webhooks.left)} left with an older key.`
    : `${grouped(old)} have an older key than the first.`;
  return {
    ok: unopened.length === 0 && webhooks.left === 0 && (!reseal || left === 0),
    figures: { looked, old: left, resealed, webhooks, unopened },
    summary: [
      `Looked at ${grouped(looked)} SKUs and batches with sealed attributes: ${done}`,
      ...unopened.slice(0, SHOWN).map((each) => `does not open: ${each}`),
      ...(unopened.length > SHOWN ? [`… and ${grouped(unopened.length - SHOWN)} more (all of them with --json)`] : []),
      ...(unopened.length > 0 ? ['Put the missing key back into ENCRYPTION_KEYS, behind the first.'] : []),
    ].join('\n'),
  };
}
