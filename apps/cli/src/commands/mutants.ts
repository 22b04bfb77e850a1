/** `npm run -s mutants`: puts defects into copies of the sources, one at a time, and proves that a test catches each. */
import { testServers } from '@granary/testkit/servers';
import { defineCommand, UsageError } from '../command.ts';
import { catalogue } from '../mutants/catalogue.ts';
import type { Verdict } from '../mutants/judge.ts';
import type { Mutant } from '../mutants/mutant.ts';
import { runMutants, type Tried } from '../mutants/run-mutants.ts';
import { table } from '../table.ts';

const options = {
  only: { type: 'string', placeholder: 'NAME,NAME', description: 'Only these, or those whose names begin so' },
  lanes: { type: 'integer', min: 1, max: 8, default: 2, description: 'How many are tried at once' },
  list: { type: 'boolean', description: 'Tells what there is and what catches it, and runs nothing' },
} as const;

export const command = defineCommand({
  name: 'mutants',
  summary: 'Breaks one rule after the other in copies of the sources, and proves that a test catches each',
  options,
  async run({ values, say, progress, signal }) {
    const mutants = chosen(values.only);
    if (values.list)
      return { ok: true, figures: { mutants: mutants.length, list: mutants }, summary: listText(mutants) };
    const servers = await testServers();
    const bar = progress('mutants', mutants.length);
    let done = 0;
    const onTried = ({ name, verdict, because, ms }: Tried) => {
      bar.at((done += 1), name);
      say(`${verdict.padEnd(9)} ${name} (${(ms / 1000).toFixed(1)} s): ${because}`);
    };
    try {
      const tried = await runMutants({ mutants, servers, lanes: values.lanes, signal, onTried });
      bar.end();
      return outcomeOf(mutants, tried);
    } finally {
      await servers.stop();
    }
  },
});

function chosen(only: string | undefined): readonly Mutant[] {
  const wanted = only?.split(',').map((name) => name.trim());
  const unknown = wanted?.find((name) => !catalogue.some((mutant) => mutant.name.startsWith(name)));
  if (unknown !== undefined) throw new UsageError(`There is no mutant '${unknown}'; --list tells which there are`);
  return catalogue.filter((mutant) => wanted?.some((name) => mutant.name.startsWith(name)) ?? true);
}

function listText(mutants: readonly Mutant[]): string {
  return table([
    ['mutant', 'what it breaks', 'caught by'],
    ...mutants.map(({ name, breaks, caughtBy }) => [name, breaks, `${caughtBy.file}: ${caughtBy.title}`]),
  ]);
}

function outcomeOf(mutants: readonly Mutant[], tried: readonly Tried[]) {
  const named = (verdict: Verdict) => tried.filter((one) => one.verdict === verdict).map(({ name }) => name);
  const caught = named('caught').length;
  const lists = {
    survived: named('survived'),
    notCompiling: named('does not compile'),
    byTimeout: named('by timeout'),
    byCrash: named('by crash'),
    notFound: named('not found'),
    notGreen: named('not green'),
  };
  const rest = Object.entries(lists).flatMap(([list, names]) => names.map((name) => `${list}: ${name}`));
  return {
    ok: caught === mutants.length,
    figures: { mutants: mutants.length, tried: tried.length, caught, ...lists, verdicts: tried },
    summary: [...rest, `${caught} of ${mutants.length} defects were caught by a failing assertion`].join('\n'),
  };
}
