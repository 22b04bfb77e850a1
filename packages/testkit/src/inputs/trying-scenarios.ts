/** Makes the one call of a scenario that is looked at, once its state has been brought about. */
import { strayOf } from './effect.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { Tools } from './trying.ts';
import { leaksOf, type WireAnswer } from './wire.ts';

export async function tryScenario(
  scenario: Scenario,
  { send, run, tables, fixtures }: Pick<Tools, 'send' | 'run' | 'tables' | 'fixtures'>,
): Promise<void> {
  const where = `${scenario.procedure} class ${scenario.class} ${scenario.what}`;
  try {
    const input = JSON.stringify(await scenario.make(fixtures));
    await tables.changed();
    const answer = await send(scenario.procedure, input);
    const changed = await tables.changed();
    run.count({ procedure: scenario.procedure, class: scenario.class, status: answer.status, ms: answer.ms });
    for (const problem of problemsOf(scenario, answer, changed)) run.problem(`${where}: ${problem}`);
  } catch (error) {
    run.problem(`${where}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function problemsOf(scenario: Scenario, answer: WireAnswer, changed: readonly string[]): string[] {
  const told = answer.text.slice(0, 300);
  const isRight = scenario.codes.includes(answer.code) && (answer.code !== '' || answer.status === 200);
  const isShown = !isRight || scenario.shows === undefined || scenario.shows(answer);
  const own = changed.filter((table) => scenario.leaves?.includes(table) !== true);
  return [
    ...(isRight ? [] : [`answered ${answer.status} ${answer.code}, expected ${scenario.codes.join(' or ')}: ${told}`]),
    ...(isShown ? [] : [`does not show what it should: ${told}`]),
    ...strayOf(scenario.procedure, answer.status === 200, own),
    ...leaksOf(answer, ''),
  ];
}
