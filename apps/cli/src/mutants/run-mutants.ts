/** Every mutant in its turn: it must be found, compile, and be caught by the test that it names, which is green without it. */
import { greenWithout, judge, type Judgement, type TestRun } from './judge.ts';
import { type Mutant, packageOf } from './mutant.ts';
import { runTests, type Servers, type Tools, typeTrouble } from './tools.ts';
import { copyTree, type Tree } from './tree.ts';

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
  const trees = await Promise.all(Array.from({ length: Math.min(lanes, mutants.length) }, () => copyTree()));
  const tried: Tried[] = [];
  const without = new Map<string, TestRun>();
  const folders = [...new Set(mutants.map(({ file }) => packageOf(file)))];
  try {
    // Without any defect first: a red test catches nothing.
    await shareOut(trees, folders, async (tree, folder) => {
      if (!signal.aborted) without.set(folder, await runWithout({ tree, servers, signal }, folder, mutants));
    });
    // Package by package, so that the compiler of a tree looks at few of them anew.
    const inOrder = folders.flatMap((folder) => mutants.filter(({ file }) => packageOf(file) === folder));
    await shareOut(trees, inOrder, async (tree, mutant) => {
      const green = without.get(packageOf(mutant.file));
      if (signal.aborted || green === undefined) return;
      const startedAt = performance.now();
      const judgement =
        greenWithout(green, mutant.caughtBy.title) ?? (await tryMutant({ tree, servers, signal }, mutant));
      if (signal.aborted) return;
      const { name, breaks } = mutant;
      const one = { name, breaks, ...judgement, ms: Math.round(performance.now() - startedAt) };
      tried.push(one);
      onTried(one);
    });
  } finally {
    await Promise.all(trees.map((tree) => tree.remove()));
  }
  return tried;
}

/** Each tree takes the next item as soon as it is done with one. */
async function shareOut<T>(
  trees: readonly Tree[],
  items: readonly T[],
  work: (tree: Tree, item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  await Promise.all(
    trees.map(async (tree) => {
      // One iterator for all of them.
      for (const item of waiting) await work(tree, item);
    }),
  );
}

/** All tests of one package that its mutants name; none where it does not even compile. */
async function runWithout(tools: Tools, folder: string, mutants: readonly Mutant[]): Promise<TestRun> {
  const named = mutants.filter(({ file }) => packageOf(file) === folder).map(({ caughtBy }) => caughtBy);
  const files = [...new Set(named.map(({ file }) => file))];
  const titles = [...new Set(named.map(({ title }) => title))];
  const trouble = await typeTrouble(tools, folder);
  if (trouble !== undefined) return { tests: [], isOverdue: false, trouble };
  return await runTests(tools, { folder, files, titles, untilFirst: false });
}

const NOT_FOUND: Judgement = {
  verdict: 'not found',
  because: 'its place is not in the file exactly once: the code has moved, renew the mutant',
};

async function tryMutant(tools: Tools, mutant: Mutant): Promise<Judgement> {
  const folder = packageOf(mutant.file);
  const { file, title } = mutant.caughtBy;
  const judgement = await tools.tree.withMutant(mutant, async (): Promise<Judgement> => {
    const trouble = await typeTrouble(tools, folder);
    if (trouble !== undefined) return { verdict: 'does not compile', because: trouble };
    return judge(await runTests(tools, { folder, files: [file], titles: [title], untilFirst: true }));
  });
  return judgement ?? NOT_FOUND;
}
