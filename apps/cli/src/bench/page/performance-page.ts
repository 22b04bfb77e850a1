/** `docs/performance.md`: what was measured, against which goals and on what, and where the time goes. Written from the outputs of the benches alone. */
import { benches } from '../registry.ts';
import type { Output } from './output.ts';
import { cellTable, figureLines, goalTable, markdownTable, statementTables, transactionTable } from './page-tables.ts';

const HEAD = `# Performance

Written by \`npm run -s bench -- page FILE…\` from what the benches printed; not by hand. Each bench is one command, \`npm run -s bench -- NAME\`, on servers that it starts itself; database, callers and engine share one machine.

## How to read it

Things that are compared are measured in turns within one run, and each ratio is of the same round; the figure is the median of the rounds. Absolute figures move with the machine, ratios hardly.

- **REF** is the least that holds stock for somebody: raw mysql2, one transaction a request, a conditional \`UPDATE\` and two \`INSERT\`s into slim tables of its own, five round trips, 32 connections. It must itself reach a quarter of a single committed \`UPDATE\` a request on the same row, else the bench fails: a slow reference would flatter.
- **REF-FULL** writes the very rows that Granary writes for a reserve, one transaction a request, twelve round trips, 32 connections: level, batch, movement with its hash, reservation and line, command, outbox. Granary's own \`verify\` takes its rows for Granary's, which is part of every run. This is the like-for-like reference: what a product of this kind costs without combining.
- **Granary** is the service as a process calls it, with everything on that is on by default for reservations.

The SQL of both references is one file, \`apps/cli/src/bench/reference/sql.ts\`. Callers are loops in the process that measures, and cost it the same for every arm. After each load the sums of levels, batches, reservations and ledger must agree, and at the end \`verify\` must find nothing.`;

const TIME = `### Where the time goes

One transaction serves whoever waited while the last one was committed. These are the database's own times of each statement of such transactions, and their share of the time that the load took; what is missing to 1 is round trips, and Node.js deciding, hashing and writing SQL, while the database waits.`;

/** Before anything was measured it tells how things are measured, and that nothing was. */
export function performancePage(outputs: readonly Output[]): string {
  if (outputs.length === 0) return `${HEAD}\n\nNo output is kept yet.\n`;
  return `${[HEAD, overview(outputs), settings(outputs), ...outputs.map(section)].join('\n\n')}\n`;
}

function overview(outputs: readonly Output[]): string {
  const rows = outputs.map(({ bench, goals, measuredOn, percent, rounds }) => {
    const met = goals.filter(({ ok }) => ok).length;
    return [`[${bench}](#${bench})`, `${met} of ${goals.length}`, measuredOn, String(rounds), `${percent} %`];
  });
  return `## Overview\n\n${markdownTable(['bench', 'goals met', 'measured on', 'rounds', 'of its whole size'], rows)}`;
}

/** Each machine and database once, with the benches that ran on it. */
function settings(outputs: readonly Output[]): string {
  const byText = new Map<string, string[]>();
  for (const { bench, machine, durability = {} } of outputs) {
    const variables = Object.entries(durability).map(([name, value]) => `\`${name}\` ${value}`);
    const text = [machine, ...variables].join('; ');
    byText.set(text, [...(byText.get(text) ?? []), bench]);
  }
  const lines = [...byText].map(([text, of]) => `- ${of.join(', ')}: ${text}`);
  return `## Machine and settings\n\n${lines.join('\n')}`;
}

function section(output: Output): string {
  const { bench, goals, seconds } = output;
  const summary = benches.find(({ name }) => name === bench)?.summary ?? '';
  const statements = statementTables(output['statements']);
  return [
    `## ${bench}`,
    `${capital(summary)}. The run took ${seconds} s.`,
    goalTable(goals),
    ...cellTable(output['cells']),
    ...transactionTable(output['cells']),
    ...(statements.length === 0 ? [] : [TIME, ...statements]),
    ...figureLines(output),
  ].join('\n\n');
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
