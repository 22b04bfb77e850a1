/** Every mutant in its turn: it must be found, compile, and be caught by the test that it names, which is green without it. */
import { type Mutant, packageOf } from './mutant.ts';
import { greenWithout, judge, type Judgement } from './judge.ts';
import { runTests, type Servers, type Tools, typeTrouble } from './tools.ts';
import { copyTree } from './tree.ts';

export interface Tried extends Judgement {
  readonly name: string;
  readonly breaks: string;
  readonly ms: number;
}

export interface Trial {
  readonly mutants: readonly Mutant[];
  readonly servers?: Servers | undefined;
  /** How many copies of the sources are worked on at once. */
  readonly lanes: number;
  readonly signal: AbortSignal;
  readonly onTried: (tried: Tried) => void;
}

export async function runMutants({ mutants, servers, lanes, signal, onTried }: Trial): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  const tell = (one: Tried) => {
    tried.push(one);
    onTried(one);
  };
  // Package by package, so that the compiler of a lane looks at few of them anew.
  const waiting = byPackage(mutants);
  const lane = async () => {
    const tree = await copyTree();
    try {
      for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift())
        await tryPackage({ tree, servers, signal }, next, tell);
    } finally {
      await tree.remove();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return tried;
}

function byPackage(mutants: readonly Mutant[]): OfPackage[] {
  const folders = [...new Set(mutants.map(({ file }) => packageOf(file)))];
  return folders.map((folder) => [folder, mutants.filter(({ file }) => packageOf(file) === folder)]);
}

type OfPackage = readonly [folder: string, mutants: readonly Mutant[]];

/** Its tests without any defect first: a red test catches nothing. */
async function tryPackage(tools: Tools, [folder, mutants]: OfPackage, tell: (tried: Tried) => void): Promise<void> {
  const files = [...new Set(mutants.map(({ caughtBy }) => caughtBy.file))];
  const titles = [...new Set(mutants.map(({ caughtBy }) => caughtBy.title))];
  const without = await runTests(tools, { folder, files, titles, untilFirst: false });
  for (const mutant of mutants) {
    if (tools.signal.aborted) return;
    const startedAt = performance.now();
    const judgement = greenWithout(without, mutant.caughtBy.title) ?? (await tryMutant(tools, folder, mutant));
    const { name, breaks } = mutant;
    tell({ name, breaks, ...judgement, ms: Math.round(performance.now() - startedAt) });
  }
}

const NOT_FOUND: Judgement = {
  verdict: 'not found',
  because: 'its place is not in the file exactly once: the code has moved, renew the mutant',
};

async function tryMutant(tools: Tools, folder: string, mutant: Mutant): Promise<Judgement> {
  const { file, title } = mutant.caughtBy;
  const judgement = await tools.tree.withMutant(mutant, async (): Promise<Judgement> => {
    const trouble = await typeTrouble(tools, folder);
    if (trouble !== undefined) return { verdict: 'does not compile', because: trouble };
    return judge(await runTests(tools, { folder, files: [file], titles: [title], untilFirst: true }));
  });
  return judgement ?? NOT_FOUND;
}
