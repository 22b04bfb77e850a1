/** Writes docs/configuration.md from the schema, so that the page cannot tell another story than the code. */
import { envRules } from './env-rules.ts';
import { envSchema, type VariableName } from './env-schema.ts';
import { variableFacts } from './env-variable.ts';

/** One row per variable: name, default, expected value, meaning. */
export function configurationTable(): string {
  const names = Object.keys(envSchema.shape) as VariableName[];
  const rows = names.map((name) => {
    const facts = variableFacts.get(envSchema.shape[name]);
    if (facts === undefined) throw new Error(`${name} has no facts; make it with variable() or optionalVariable()`);
    const fallback = facts.fallback === undefined ? 'none' : `\`${facts.fallback}\``;
    return `| \`${name}\` | ${fallback} | ${cell(facts.shape)} | ${cell(facts.about)} |`;
  });
  return ['| Variable | Default | Expected | What it does |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The whole page. */
export function configurationPage(): string {
  return `# Configuration

Environment variables, read once when a process starts. A value that is empty counts as not set. A bad value stops the start with a
message that names every bad variable, what was expected and how to put it right; what may hold a password is never printed.

<!-- Generated from packages/platform/src/env-schema.ts. To renew it: pnpm --filter @granary/platform exec vitest run src/env-table.test.ts -u -->

${configurationTable()}

What several variables say together is checked as well, and told like this:

${envRules.map((rule) => `- ${rule.text}.`).join('\n')}
`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
