/** The commands of the operator's guide, taken from its page and run as they stand there. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

const PAGE = new URL('../../../../docs/backup.md', import.meta.url);

export interface Guide {
  /** Runs the commands below the heading to their end; throws with what they said when they fail. */
  follow(heading: string): Promise<void>;
  /** Starts commands that go on until they are stopped. */
  start(heading: string): ChildProcess;
}

export function guideFor(engine: 'mariadb' | 'mysql', env: NodeJS.ProcessEnv): Guide {
  const page = readFileSync(PAGE, 'utf8');
  const part = sectionOf(page, '## ', engine === 'mariadb' ? 'MariaDB' : 'MySQL');
  const begin = (heading: string) =>
    spawn('bash', ['-e', '-c', commandsOf(sectionOf(part, '### ', heading))], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  return {
    start: begin,
    async follow(heading) {
      const child = begin(heading);
      const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close') as Promise<[number | null]>]);
      if (code !== 0) throw new Error(`"${heading}" ended with ${code}: ${said}`);
    },
  };
}

/** From a heading to the next one of the same depth, or a higher one. */
function sectionOf(page: string, mark: string, heading: string): string {
  const [, after] = `\n${page}`.split(`\n${mark}${heading}\n`);
  if (after === undefined) throw new Error(`the guide has no "${heading}"`);
  const end = after.split('\n').findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') < mark.length);
  return end === -1 ? after : after.split('\n').slice(0, end).join('\n');
}

function commandsOf(section: string): string {
  const [, commands] = /```sh\n([\s\S]*?)```/.exec(section) ?? [];
  if (commands === undefined) throw new Error('a heading of the guide has no commands');
  return commands;
}
