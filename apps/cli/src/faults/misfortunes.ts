/** How a program is started so that a misfortune can befall it, see misfortune.ts. */
import { openPrograms, type Programs } from '../cluster/programs.ts';
import type { Testbed } from './testbed.ts';

export type Misfortune = 'throw' | 'reject' | 'hoard' | 'block' | 'shift';

/** As built, also where the parent is a test that runs from its sources. */
const SCRIPT = new URL('../../dist/faults/misfortune.js', import.meta.url);

/** What the environment of a program must say. */
export function misfortuned(misfortune: Misfortune, by = 0): Readonly<Record<string, string>> {
  const script = `${SCRIPT.href}?do=${misfortune}&by=${by}`;
  const heap = misfortune === 'hoard' ? ' --max-old-space-size=96' : '';
  return { NODE_OPTIONS: `--import=${script}${heap}` };
}

/** Programs of their own over the database of the bed, gone after the work. */
export async function withPrograms<T>(
  bed: Testbed,
  settings: Readonly<Record<string, string>>,
  work: (programs: Programs) => Promise<T>,
): Promise<T> {
  const programs = await openPrograms({ ...bed.straight, ...settings });
  try {
    return await work(programs);
  } finally {
    await programs.stop();
  }
}
