/** `erase`: a person's name, addresses and programs are replaced by a pseudonym in the database in use. */
import { defineCommand, UsageError } from '../command.ts';
import { withEngineInUse } from '../fleet/engine-in-use.ts';
import { grouped } from '../table.ts';

export const command = defineCommand({
  name: 'erase',
  summary: 'Forgets a person: replaces an operator, or what a withdrawn token tells of its user, by a pseudonym',
  options: {
    operator: { type: 'string', placeholder: 'NAME', description: 'The name as it was given as `operator`' },
    token: { type: 'string', placeholder: 'ID', description: 'A token that is revoked or has expired' },
  },
  run: async ({ values: { operator, token }, progress, signal }) => {
    const person =
      operator !== undefined && token === undefined
        ? { operator }
        : token !== undefined && operator === undefined
          ? { tokenId: token }
          : undefined;
    if (person === undefined) throw new UsageError('Name one of --operator and --token');
    const caller = { actor: 'local', address: null, agent: 'granary-erase', requestId: 'erase' };
    const bar = progress('erasing');
    const erased = await withEngineInUse('erase', ({ domain }) =>
      domain.erase(person, { caller }, { signal, onProgress: (rows) => bar.at(rows) }),
    );
    bar.end();
    const { pseudonym, commands, documents, waiting } = erased;
    return {
      ok: true,
      figures: { ...erased },
      summary: `Changed ${grouped(commands)} commands, ${grouped(documents)} documents, transfers and locks, ${grouped(waiting)} texts that waited. The person is ${pseudonym} from now on.`,
    };
  },
});
