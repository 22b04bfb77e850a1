/** `truth`: runs vectors whose answers are known through the costing core; it needs no server. */
import { readFile } from 'node:fs/promises';
import { judgeTruth, type TruthSubject } from '@granary/testkit/truth/judge-truth';
import type { Verdict } from '@granary/testkit/truth/verdict';
import { defineCommand, PlainError } from '../command.ts';
import { grouped } from '../table.ts';
import { activity, departments, rollForward, split } from '../truth/allocation-subject.ts';
import { value } from '../truth/valuation-subject.ts';

export const costingCore: TruthSubject = { value, split, departments, activity, rollForward };

export const command = defineCommand({
  name: 'truth',
  summary: 'Runs vectors of costing with known answers (valuation, allocation, roll-forward) through the costing core',
  usage: 'FILE.json…',
  arguments: { min: 1, max: 1000 },
  options: {
    failures: { type: 'boolean', description: 'Print only what did not pass' },
  },
  async run({ values, positionals, say, file }) {
    const verdicts: (Verdict & { readonly file: string })[] = [];
    for (const name of positionals) {
      const judged = judgeTruth(await contentOf(file(name), name), costingCore);
      if (judged.length === 0) throw new PlainError(`${name} holds no truth vectors.`);
      verdicts.push(...judged.map((verdict) => ({ ...verdict, file: name })));
    }
    for (const verdict of verdicts) if (!values.failures || verdict.status !== 'pass') say(lineOf(verdict));
    const count = (status: Verdict['status']) => verdicts.filter((verdict) => verdict.status === status).length;
    const figures = { passed: count('pass'), failed: count('fail'), notApplicable: count('notApplicable') };
    return {
      // A run in which nothing applied has shown nothing.
      ok: figures.failed === 0 && figures.passed > 0,
      figures: { ...figures, vectors: verdicts.filter(({ status }) => status !== 'pass') },
      summary: `${grouped(figures.passed)} passed, ${grouped(figures.failed)} failed, ${grouped(figures.notApplicable)} not applicable`,
    };
  },
});

async function contentOf(path: string, name: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new PlainError(`There is no file ${name} that can be read.`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new PlainError(`${name} is not JSON.`);
  }
}

function lineOf(verdict: Verdict): string {
  const what = `${verdict.id} (${verdict.kind})`;
  switch (verdict.status) {
    case 'pass':
      return `pass            ${what}`;
    case 'notApplicable':
      return `not applicable  ${what}: ${verdict.reason}`;
    case 'fail': {
      const told = verdict.differences.map(({ at, expected, got }) => `\n    ${at}: expected ${expected}, got ${got}`);
      return `fail            ${what}${told.join('')}`;
    }
  }
}
