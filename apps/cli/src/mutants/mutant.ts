/** One seeded defect: a small change of one file that breaks one rule, and the test that must say so. */
export interface Mutant {
  readonly name: string;
  /** The rule that it breaks, in one sentence. */
  readonly breaks: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Must occur in the file exactly once: where it does not, the code has moved and the mutant is to be renewed. */
  readonly find: string;
  readonly replace: string;
  readonly caughtBy: {
    /** From the root of the repository, in the same package as `file`: tests of other packages run what was built. */
    readonly file: string;
    /** How the title of the test begins; of one made by `it.each`, the words that all have in common. */
    readonly title: string;
  };
  /** Asks for no database and is run by every test run. */
  readonly isFast?: boolean;
}

/** The package that a file lies in, such as `packages/domain`. */
export function packageOf(file: string): string {
  return file.split('/').slice(0, 2).join('/');
}

/** The text of a file with the defect in it; undefined when the place is not there exactly once. */
export function mutated(text: string, { find, replace }: Pick<Mutant, 'find' | 'replace'>): string | undefined {
  const pieces = text.split(find);
  return pieces.length === 2 ? pieces.join(replace) : undefined;
}
