// Unpacks Debian or Ubuntu packages into a folder of the project: nothing is installed and no root is needed. apt finds,
// fetches and verifies them with a state of its own; dpkg-deb only opens them.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureOwnFolder } from './folders.mjs';
import { run } from './guard.mjs';
import { debianMirror } from './mirror.mjs';

export const canUnpack = () => ['/usr/bin/apt-get', '/usr/bin/dpkg-deb'].every((path) => existsSync(path));

// Per flavour: which packages to look for, newest name first where names carry a version.
const WANTED = {
  mariadb: [/^mariadb-server-core(-[\d.]+)?$/, /^mariadb-client-core(-[\d.]+)?$/],
  'mariadb-client': [/^mariadb-client(-[\d.]+)?$/],
  mysql: [/^mysql-server-core(-[\d.]+)?$/, /^mysql-client-core(-[\d.]+)?$/],
  redis: [/^redis-server$/, /^redis-tools$/],
};
const OTHERWISE = { redis: [/^valkey-server$/, /^valkey-tools$/] };

// Fetched only because packages name them; a server that runs out of a folder does not use them.
const NOT_NEEDED =
  /^(perl|libperl|debconf|mysql-common|mariadb-common|libgdbm|libdb5|adduser|init-system-helpers|lsb-base|sysvinit)/;

const OF_THE_LOADER = /^(libc6|libc-bin|libgcc-s1|gcc-\d+-base|libcrypt1)$/;

/**
 * Unpacks each flavour into a folder of that name inside `cacheDir`.
 * @param {{ flavours: readonly string[], cacheDir: string, onProgress: (line: string) => void }} order
 */
export async function unpack({ flavours, cacheDir, onProgress }) {
  const work = ensureOwnFolder(cacheDir, 'unpack');
  const beganAt = Date.now();
  try {
    onProgress('reading the package lists of this system');
    const own = await updatedApt({ work: join(work, 'own'), status: '/var/lib/dpkg/status', extra: [] });
    for (const flavour of flavours) {
      const apt = await archiveFor(flavour, { own, work, onProgress });
      const packages = await planPackages(apt, flavour);
      onProgress(`fetching ${flavour}: ${packages.length} packages, kept in ${join(cacheDir, flavour)}`);
      const opened = await fetchAndOpen(apt, packages, join(work, flavour));
      place(opened, join(cacheDir, flavour), beganAt);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A folder that appeared meanwhile is another process's fresh copy and stays; an older one did not run, else we were not here. */
function place(from, to, beganAt) {
  if (existsSync(to)) {
    if (statSync(to).ctimeMs >= beganAt) return;
    rmSync(to, { recursive: true, force: true });
  }
  renameSync(from, to);
}

/** The archive of this system, or Debian's unstable one for a MySQL that this system does not offer. */
async function archiveFor(flavour, { own, work, onProgress }) {
  if (flavour !== 'mysql' || (await namesLike(own, 'mysql-server-core')).length > 0) return own;
  const { line, keyring } = debianMirror();
  onProgress('reading the package lists of Debian unstable, where a MySQL is kept');
  const folder = join(work, 'unstable');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'sources.list'), `${line}\n`);
  // An empty list of installed packages makes apt fetch every library, so that nothing of this older system is mixed in.
  writeFileSync(join(folder, 'status'), '');
  const extra = ['-o', `Dir::Etc::sourcelist=${join(folder, 'sources.list')}`, '-o', 'Dir::Etc::sourceparts=/dev/null'];
  return updatedApt({
    work: folder,
    status: join(folder, 'status'),
    extra: [...extra, '-o', `Dir::Etc::trusted=${keyring}`],
  });
}

async function updatedApt({ work, status, extra }) {
  for (const folder of ['state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(work, folder), { recursive: true });
  const settings = {
    'Dir::State': join(work, 'state'),
    'Dir::State::status': status,
    'Dir::Cache': join(work, 'cache'),
    'Debug::NoLocking': '1',
    'APT::Sandbox::User': '',
    'APT::Install-Recommends': '0',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    'Acquire::http::Timeout': '20',
    'Acquire::https::Timeout': '20',
  };
  const options = [...Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]), ...extra];
  const apt = (tool, args, cwd) =>
    run(tool, [...options, ...args], { env: { ...process.env, LC_ALL: 'C' }, cwd, timeoutMs: 180_000 });
  // One unreachable extra source makes `update` fail although the lists that matter have arrived: the plan will tell.
  const { output } = await apt('apt-get', ['-q', 'update']);
  return { ask: apt, updateOutput: output };
}

async function namesLike(apt, prefix) {
  const { output } = await apt.ask('apt-cache', ['pkgnames', prefix]);
  return output.split('\n').filter(Boolean);
}

async function chooseNames(apt, patterns) {
  const names = [];
  for (const pattern of patterns) {
    const prefix = /[a-z-]+[a-z]/.exec(pattern.source)[0];
    const found = (await namesLike(apt, prefix)).filter((name) => pattern.test(name));
    // "mariadb-server-core" sorts after "mariadb-server-core-10.6" on purpose: a plain name is the current one.
    found.sort((a, b) => a.length - b.length || b.localeCompare(a, 'en', { numeric: true }));
    if (found[0] === undefined) return undefined;
    names.push(found[0]);
  }
  return names;
}

async function planPackages(apt, flavour) {
  const names = (await chooseNames(apt, WANTED[flavour])) ?? (await chooseNames(apt, OTHERWISE[flavour] ?? [/^$/]));
  if (names === undefined) throw new Error(`no ${flavour} package was found. ${lastLines(apt.updateOutput)}`);
  // --reinstall lists a package also when it is installed already; libraries that are installed stay where they are.
  const plan = (...options) =>
    apt.ask('apt-get', [...options, '-y', '--print-uris', '--reinstall', 'install', ...names]);
  const planned = namesIn(await plan());
  if (planned.length > 0) return planned;
  // On a system whose own packages are at odds apt plans nothing. Taken for an empty system it plans every library; the C
  // library must still be the one that the loader of this system belongs to.
  const whole = await plan('-o', 'Dir::State::status=/dev/null');
  const everything = namesIn(whole).filter((name) => !OF_THE_LOADER.test(name));
  if (everything.length > 0) return everything;
  throw new Error(`apt has no plan for ${names.join(' ')}. ${lastLines(whole.output)}`);
}

function namesIn({ code, output }) {
  if (code !== 0) return [];
  const names = [...output.matchAll(/^'[^']+' ([a-z0-9.+-]+)_\S+ \d+/gm)].map((match) => match[1]);
  return names.filter((name) => !NOT_NEEDED.test(name));
}

async function fetchAndOpen(apt, packages, work) {
  const folder = join(work, 'packages');
  const root = join(work, 'root');
  mkdirSync(folder, { recursive: true });
  mkdirSync(root);
  const { code, output } = await apt.ask('apt-get', ['-q', 'download', ...packages], folder);
  if (code !== 0) throw new Error(`apt could not fetch the packages. ${lastLines(output)}`);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
    const opened = await run('dpkg-deb', ['-x', join(folder, file), root]);
    if (opened.code !== 0) throw new Error(`${file} could not be opened. ${lastLines(opened.output)}`);
  }
  return root;
}

const lastLines = (text) => text.trim().split('\n').slice(-4).join(' / ');
