// Lays out dist/packed, which is what the tarball of this package holds: the client with what it uses of
// @granary/contracts and of the types of @granary/api copied beside it, and a manifest of its own, so that a program
// outside this workspace installs one package and no other of ours. Runs before `pnpm pack` and `pnpm publish`.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('./', import.meta.url));
const packed = join(here, 'dist', 'packed');

// Every part: where it lives, and the folder that it gets in the tarball.
const PARTS = [
  { name: '@granary/contracts', home: join(here, '../contracts'), folder: 'contracts' },
  { name: '@granary/api', home: join(here, '../../apps/api'), folder: 'api' },
  { name: '@granary/client', home: here, folder: '' },
];
const ENTRIES = ['index.d.ts', 'index.js'];

// What procedures are given inside the api is no business of a caller, and its type would bring the whole engine along.
const OPAQUE = new Map([
  ['api/context.d.ts', '/** What a procedure is given inside the api. */\nexport type ApiContext = object;\n'],
]);

// In what the compiler emits, a specifier stands after from, after import, or in import(); comments may look the same.
const COMMENT_OR_SPECIFIER = /\/\*[\s\S]*?\*\/|(?<=\bfrom\s+['"]|\bimport\s+['"]|\bimport\(['"])[^'"\n]+(?=['"])/g;

function layOut() {
  /** From each package that the consumer must install to its version here. */
  const versions = new Map();
  const texts = new Map();
  const waiting = [...ENTRIES];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (texts.has(path)) continue;
    const { text, reached } = readPart(path, versions);
    texts.set(path, text);
    waiting.push(...reached);
  }
  texts.set('package.json', `${JSON.stringify(manifestWith(versions), null, 2)}\n`);

  rmSync(packed, { recursive: true, force: true });
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(packed, path)), { recursive: true });
    writeFileSync(join(packed, path), text);
  }
  copyFileSync(join(here, '../../LICENSE'), join(packed, 'LICENSE'));
}

/** One file with every specifier of ours made relative, and the files that it leads to. */
function readPart(path, versions) {
  const part = PARTS.find(({ folder }) => path.startsWith(`${folder}/`)) ?? PARTS.at(-1);
  const reached = [];
  const text = sourceOf(path, part).replace(COMMENT_OR_SPECIFIER, (match) => {
    if (match.startsWith('/*')) return match;
    const target = targetOf(path, match);
    if (target === undefined) {
      noteVersion(versions, { part, specifier: match });
      return match;
    }
    reached.push(`${target}${path.endsWith('.d.ts') ? '.d.ts' : '.js'}`);
    // Compilers older than 5.0 know no .ts in a declaration.
    const way = posix.relative(posix.dirname(path), `${target}.js`);
    return way.startsWith('.') ? way : `./${way}`;
  });
  return { text, reached };
}

function sourceOf(path, part) {
  const opaque = OPAQUE.get(path);
  if (opaque !== undefined) return opaque;
  const file = join(part.home, 'dist', relative(part.folder, path));
  if (!existsSync(file)) throw new Error(`${file} is not there: build first`);
  // The maps point at sources that are not in the tarball.
  return readFileSync(file, 'utf8').replace(/^\/\/# sourceMappingURL=.*\n?/m, '');
}

/** A file of ours without its ending; undefined for what the consumer installs. */
function targetOf(path, specifier) {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier.replace(/\.[jt]s$/, ''));
  const part = PARTS.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  return part && posix.join(part.folder, specifier.slice(part.name.length + 1) || 'index');
}

/** The consumer gets exactly the versions that this was built and tested with. */
function noteVersion(versions, { part, specifier }) {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const declared = JSON.parse(readFileSync(join(part.home, 'package.json'), 'utf8')).dependencies;
  if (declared[name] === undefined) throw new Error(`${part.name} uses ${name} and does not declare it`);
  if (declared[name].startsWith('workspace:'))
    throw new Error(`${part.name} uses ${name}, which cannot be packed: add it to PARTS or OPAQUE`);
  const { version } = JSON.parse(readFileSync(join(part.home, 'node_modules', name, 'package.json'), 'utf8'));
  const known = versions.get(name) ?? version;
  if (known !== version) throw new Error(`${name} is used as ${known} and as ${version}`);
  versions.set(name, version);
}

function manifestWith(versions) {
  const { name, version, license, type } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  return {
    name,
    version,
    license,
    type,
    description:
      'The typed client of Granary: every procedure of its api as a function, with keys, retries and typed errors.',
    sideEffects: false,
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    dependencies: Object.fromEntries([...versions].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

layOut();
