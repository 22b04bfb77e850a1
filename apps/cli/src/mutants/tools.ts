/** The type checker and the test runner, each as a process over a copy of the sources. */
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from '../surroundings.ts';
import type { TestRun } from './judge.ts';
import { besideRepository, repository, type Tree } from './tree.ts';

/** The tests that one mutant names take seconds; a run that takes this long hangs. */
const LONGEST_MS = 120_000;
/** The same of all tests of a package, and of a compiler that begins anew. */
const LONGEST_OF_ALL_MS = 600_000;
/** What a process that was asked to end may still take. */
const GRACE_MS = 5000;

export interface Servers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly engine: string;
}

export interface Tools {
  readonly tree: Tree;
  /** Left out where no test asks for one. */
  readonly servers?: Servers | undefined;
  readonly signal: AbortSignal;
}

/** Undefined when the package compiles, else what the compiler says first. */
export async function typeTrouble({ tree, signal }: Tools, folder: string): Promise<string | undefined> {
  const script = join(repository, 'node_modules/typescript/bin/tsc');
  const info = join(tree.root, `${folder.replace('/', '-')}.tsbuildinfo`);
  const args = ['-p', join(tree.root, folder), '--noEmit', '--incremental', '--tsBuildInfoFile', info];
  const { code, output } = await run(tree.root, [script, ...args], { signal });
  return code === 0 ? undefined : (output.split('\n').find((line) => line !== '') ?? `the compiler ended with ${code}`);
}

export interface Tests {
  readonly folder: string;
  /** From the root of the repository. */
  readonly files: readonly string[];
  readonly titles: readonly string[];
  /** End with the first that fails. */
  readonly untilFirst: boolean;
}

interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      fullName: string;
      status: string;
      failureMessages: readonly string[] | null;
    }[];
  }[];
}

export async function runTests({ tree, servers, signal }: Tools, tests: Tests): Promise<TestRun> {
  const script = join(repository, 'node_modules/vitest/vitest.mjs');
  const report = join(tree.root, 'report.json');
  await rm(report, { force: true });
  const files = tests.files.map((file) => file.slice(tests.folder.length + 1));
  const args = [
    ...['run', ...files, '-t', tests.titles.map(asPattern).join('|')],
    ...['--reporter=json', `--outputFile=${report}`, '--coverage.enabled=false', '--passWithNoTests'],
    ...(tests.untilFirst ? ['--bail=1'] : []),
  ];
  const env = testEnvironment(servers);
  const limitMs = tests.untilFirst ? LONGEST_MS : LONGEST_OF_ALL_MS;
  const { output, isOverdue } = await run(join(tree.root, tests.folder), [script, ...args], { signal, env, limitMs });
  const text = await readFile(report, 'utf8').catch(() => undefined);
  if (text === undefined) return { tests: [], isOverdue, trouble: output.trim() || 'the test runner told nothing' };
  const { testResults } = JSON.parse(text) as Report;
  return {
    tests: testResults.flatMap(({ assertionResults }) =>
      assertionResults.map(({ fullName, status, failureMessages }) => ({
        title: fullName,
        status,
        failures: failureMessages ?? [],
      })),
    ),
    isOverdue,
    trouble: testResults.map(({ message }) => message).find((message) => message !== ''),
  };
}

function asPattern(title: string): string {
  return title.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
}

/** That of this process without what a test runner around it has set. */
function testEnvironment(servers: Servers | undefined): NodeJS.ProcessEnv {
  const own = Object.entries(environment()).filter(([name]) => !/^(VITEST|NODE_V8_COVERAGE|NODE_OPTIONS)/u.test(name));
  return {
    GRANARY_SHARED: besideRepository,
    ...Object.fromEntries(own),
    ...(servers === undefined
      ? {}
      : {
          GRANARY_TEST_DATABASE_URL: servers.databaseUrl,
          GRANARY_TEST_REDIS_URL: servers.redisUrl,
          GRANARY_TEST_ENGINE: servers.engine,
        }),
  };
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly isOverdue: boolean;
}

interface Running {
  readonly signal: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  readonly limitMs?: number;
}

async function run(
  cwd: string,
  args: readonly string[],
  { signal, env = environment(), limitMs = LONGEST_OF_ALL_MS }: Running,
): Promise<Ended> {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      output += data.toString();
    });
  let isOverdue = false;
  let last: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill('SIGTERM');
    last ??= setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  };
  const alarm = setTimeout(() => {
    isOverdue = true;
    end();
  }, limitMs);
  signal.addEventListener('abort', end, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, output, isOverdue };
  } finally {
    clearTimeout(alarm);
    clearTimeout(last);
    signal.removeEventListener('abort', end);
  }
}
