// Checks which part of the house imports which, and that no files import each other in a circle. The rules are in
// .dependency-cruiser.cjs; this makes sure that they are applied to sources, and to enough of them.
//
//   node scripts/boundaries.mjs [--root FOLDER] [--least MODULES]
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const project = fileURLToPath(new URL('../', import.meta.url));
// With a parser that does not understand the sources the tool finds no modules and is content: a floor notices that.
const LEAST_MODULES = 40;
const TYPE_ONLY_RULE = 'client knows the API as a type only';
const CRUISED = ['packages', 'apps', 'examples'];

/**
 * @param {{ root?: string, least?: number }} [options]
 * @returns {Promise<{ modules: number, problems: string[] }>}
 */
export async function checkBoundaries({ root = project, least = LEAST_MODULES } = {}) {
  const { cruise } = await import('dependency-cruiser');
  const { forbidden, options } = createRequire(import.meta.url)(join(project, '.dependency-cruiser.cjs'));
  const folders = CRUISED.filter((folder) => existsSync(join(root, folder)));
  const members = membersOf(root, folders);
  const sources = members.map(({ folder }) => join(folder, 'src')).filter((folder) => existsSync(join(root, folder)));
  const { output } = await cruise(
    sources,
    { ...options, baseDir: root, ruleSet: { forbidden }, validate: true },
    resolution(root, members),
  );
  const modules = output.modules.filter(({ source }) => /^(packages|apps|examples)\//.test(source)).length;
  const problems = [];
  for (const violation of output.summary.violations) {
    const excused =
      violation.rule.name === TYPE_ONLY_RULE && (await isTypeImport(output.modules, { root, ...violation }));
    if (!excused) problems.push(describe(violation));
  }
  if (modules < least)
    problems.unshift(`only ${modules} files were looked at, expected at least ${least}: the check is blind`);
  return { modules, problems };
}

function membersOf(root, folders) {
  return folders.flatMap((parent) =>
    readdirSync(join(root, parent))
      .map((name) => join(parent, name))
      .filter((folder) => existsSync(join(root, folder, 'package.json')))
      .map((folder) => ({ folder, name: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).name })),
  );
}

/** Packages export their built files; the rules speak of sources, which are there before any build. */
function resolution(root, members) {
  return {
    alias: Object.fromEntries(members.map(({ folder, name }) => [name, join(root, folder, 'src')])),
    extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    conditionNames: ['import', 'types', 'node', 'default'],
    exportsFields: ['exports'],
  };
}

/** True when every statement by which `from` reaches `to` is erased by the compiler. */
async function isTypeImport(modules, { root, from, to }) {
  const { parseFile } = await import('@swc/core');
  const dependencies = modules.find(({ source }) => source === from)?.dependencies ?? [];
  const names = dependencies.filter(({ resolved }) => resolved === to).map(({ module }) => module);
  const path = join(root, from);
  const { body } = await parseFile(path, { syntax: 'typescript' });
  const statements = body.filter(({ source }) => names.includes(source?.value));
  const dynamic = names.some((name) => new RegExp(`\\bimport\\(\\s*['"\`]${name}`).test(readFileSync(path, 'utf8')));
  return statements.length > 0 && !dynamic && statements.every(({ typeOnly }) => typeOnly);
}

function describe({ rule, from, to, cycle, comment }) {
  const way = cycle === undefined ? `${from} -> ${to}` : [from, ...cycle.map((step) => step.name ?? step)].join(' -> ');
  return `${rule.name}: ${way}${comment === undefined ? '' : ` (${comment})`}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { root: { type: 'string' }, least: { type: 'string' } } });
  const { modules, problems } = await checkBoundaries({
    ...(values.root === undefined ? {} : { root: resolve(values.root) }),
    ...(values.least === undefined ? {} : { least: Number(values.least) }),
  });
  for (const problem of problems) console.error(problem);
  console.error(`${modules} files looked at, ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
