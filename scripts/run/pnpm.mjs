// Brings the pinned pnpm, installs the dependencies once per lock file, and runs turbo. pnpm is found or fetched only
// when something has changed since the last time: asking npx takes a second that a warm start does not have.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { run } from '../servers.mjs';
import { childEnv, inProject, root, RunError, tell } from './project.mjs';

const MARK = inProject('node_modules', '.granary-install.json');
const TURBO = inProject('node_modules', '.bin', 'turbo');

/** Makes sure that everything is installed. @returns {Promise<{ pnpmFolder: string }>} where pnpm is, for those that look on PATH */
export async function ensureInstalled() {
  const version = pinnedVersion();
  const stamp = stampOf(version);
  const mark = readMark();
  if (mark?.stamp === stamp && existsSync(mark.pnpmFolder) && existsSync(TURBO)) return mark;

  tell(`getting pnpm ${version}`);
  const pnpmFolder = await findPnpm(version);
  if (mark?.stamp !== stamp || !existsSync(TURBO)) await install(pnpmFolder, version);
  const fresh = { stamp, pnpmFolder };
  mkdirSync(inProject('node_modules'), { recursive: true });
  writeFileSync(MARK, `${JSON.stringify(fresh)}\n`);
  return fresh;
}

function pinnedVersion() {
  const manifest = JSON.parse(readFileSync(inProject('package.json'), 'utf8'));
  return /^pnpm@(\d+\.\d+\.\d+)/.exec(manifest.packageManager)[1];
}

/** Changes with the lock file, any manifest, pnpm, and the binary interface of Node. */
export function stampOf(version = pinnedVersion()) {
  const folders = ['apps', 'packages', 'examples'].filter((folder) => existsSync(inProject(folder)));
  const members = folders.flatMap((folder) =>
    readdirSync(inProject(folder))
      .sort((a, b) => (a < b ? -1 : 1))
      .map((name) => inProject(folder, name, 'package.json')),
  );
  const files = [
    inProject('pnpm-lock.yaml'),
    inProject('pnpm-workspace.yaml'),
    inProject('package.json'),
    ...members.toSorted((a, b) => (a < b ? -1 : 1)),
  ];
  const hash = createHash('sha256').update(`${version} ${process.versions.modules}`);
  for (const file of files.filter((path) => existsSync(path))) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

function readMark() {
  try {
    return JSON.parse(readFileSync(MARK, 'utf8'));
  } catch {
    return undefined;
  }
}

async function findPnpm(version) {
  const env = childEnv({ COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' });
  const installed = await run('sh', ['-c', 'pnpm --version && command -v pnpm'], { cwd: root, env });
  const [found, path] = installed.output.trim().split('\n').slice(-2);
  if (installed.code === 0 && found === version) return dirname(path);

  // npx puts what it fetched on the PATH of the command that it runs: that command tells us where it is.
  const fetched = await run('npx', ['--yes', '--package', `pnpm@${version}`, '-c', 'command -v pnpm'], {
    cwd: root,
    env,
  });
  const line = fetched.output.trim().split('\n').at(-1);
  if (fetched.code === 0 && existsSync(line)) return dirname(line);
  throw new RunError(`pnpm could not be fetched through npm. Is the package registry reachable?\n${fetched.output}`);
}

async function install(pnpmFolder, version) {
  tell('installing the dependencies');
  const env = withPath(pnpmFolder, { CI: process.env.CI ?? '1' });
  const args = ['install', '--frozen-lockfile', '--reporter=append-only'];
  const { code, output } = await run('pnpm', args, { cwd: root, env, timeoutMs: 600_000 });
  if (code === 0) return;
  const outdated = /OUTDATED_LOCKFILE/.test(output)
    ? `\nA package.json has changed: run "npx pnpm@${version} install" once.`
    : '';
  throw new RunError(`${output.trim()}\nThe dependencies could not be installed.${outdated}`);
}

export const withPath = (folder, extra) => childEnv({ PATH: [folder, process.env.PATH].join(delimiter), ...extra });

/**
 * The command line and environment of a turbo run.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [extra]
 */
export async function turbo(args, extra = {}) {
  const { pnpmFolder } = await ensureInstalled();
  return { command: TURBO, args: ['run', ...args], env: withPath(pnpmFolder, extra) };
}

/** Builds everything that has changed, silently unless it fails. */
export async function build(filters = []) {
  const { command, args, env } = await turbo(['build', '--output-logs=errors-only', ...filters]);
  const { code, output } = await run(command, args, { cwd: root, env, timeoutMs: 600_000 });
  if (code !== 0) throw new RunError(`${output}\nThe build failed.`);
}
