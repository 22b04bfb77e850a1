/** GRANARY_EXTENSIONS: what a module may export, how it is found, and how a bad one is told of. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigError, parseConfig } from './env.ts';
import { loadExtensions } from './extensions.ts';

const STRATEGY = `{ name: 'mine', scan: 'all', order: (candidates) => candidates }`;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'extensions-'));
  const own = join(folder, 'node_modules', '@somebody', 'rules');
  await mkdir(own, { recursive: true });
  await writeFile(
    join(own, 'package.json'),
    JSON.stringify({
      name: '@somebody/rules',
      type: 'module',
      exports: { '.': { types: './x.d.ts', default: './rules.js' } },
    }),
  );
  await writeFile(join(own, 'rules.js'), `export const validators = [{ name: 'theirs', batch: () => undefined }];`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function moduleOf(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return `./${name}`;
}

test('modules are found by path and by package name, in their order', async () => {
  const own = await moduleOf('mine.mjs', `export const strategies = [${STRATEGY}];`);
  const { strategies, validators } = await loadExtensions([own, '@somebody/rules'], folder);
  expect(strategies.map(({ name }) => name)).toEqual(['mine']);
  expect(validators.map(({ name }) => name)).toEqual(['theirs']);
  expect((await loadExtensions([join(folder, 'mine.mjs')])).strategies).toHaveLength(1);
});

test('a cost strategy of one’s own is found beside the others', async () => {
  const strategy = `{ name: 'dear_first', compare: () => 0, value: 'layer', receipts: 'actual', byLot: false, periodic: false }`;
  const own = await moduleOf('cost.mjs', `export const costStrategies = [${strategy}];`);
  expect((await loadExtensions([own], folder)).costStrategies.map(({ name }) => name)).toEqual(['dear_first']);
});

test('none is no extension', async () => {
  expect(await loadExtensions([])).toEqual({ strategies: [], validators: [], costStrategies: [] });
});

test.each([
  ['exports nothing', 'export const other = 1;', 'exports neither'],
  ['exports no array', 'export const strategies = {};', 'no array'],
  ['exports nothing of use', 'export const strategies = [null];', 'strategies[0] is no object'],
  [
    'has a bad name',
    `export const strategies = [{ name: 'Mine', scan: 'all', order() {} }];`,
    'strategies[0] has no name',
  ],
  ['has no scan', `export const strategies = [{ name: 'mine', order() {} }];`, '("mine") has no scan'],
  ['has no order', `export const strategies = [{ name: 'mine', scan: 'all' }];`, '("mine") has no function order'],
  ['has no name at all', 'export const validators = [{ batch() {} }];', 'validators[0] has no name'],
  ['asks nothing', `export const validators = [{ name: 'idle' }];`, 'has none of the functions'],
  ['asks no function', `export const validators = [{ name: 'x', batch: 1 }];`, 'has a batch that is no function'],
  [
    'costs nothing',
    `export const costStrategies = [{ name: 'x' }];`,
    'costStrategies[0] ("x") has no function compare',
  ],
  [
    'holds value nowhere',
    `export const costStrategies = [{ name: 'x', compare() {}, receipts: 'actual', byLot: false, periodic: false }];`,
    '("x") has no value that is layer or pool',
  ],
  ['breaks', `throw new Error('oh no');`, 'could not be loaded: oh no'],
  ['is no JavaScript', 'export const = 3;', 'could not be loaded'],
])('a module that %s stops the start', async (what, text, said) => {
  const name = await moduleOf(`${what.replaceAll(' ', '-')}.mjs`, text);
  const failure = await loadExtensions([name], folder).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ConfigError);
  expect(String(failure)).toContain(`GRANARY_EXTENSIONS names "${name}"`);
  expect(String(failure)).toContain(said);
  expect(String(failure)).toContain('Fix:');
});

test.each(['./nowhere.mjs', '@nobody/rules', 'unheard-of'])('what is not there stops the start: %s', async (name) => {
  const failure = await loadExtensions([name], folder).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ConfigError);
  expect(String(failure)).toContain(`names "${name}"`);
});

test('the variable is a list, whose names may stand apart', () => {
  const env = { DATABASE_URL: 'mysql://a:b@127.0.0.1/c', STOCK_LOCK: 'none' };
  expect(parseConfig(env).extensions).toEqual([]);
  expect(parseConfig({ ...env, GRANARY_EXTENSIONS: './a.js, @b/c' }).extensions).toEqual(['./a.js', '@b/c']);
  expect(() => parseConfig({ ...env, GRANARY_EXTENSIONS: './a.js,,' })).toThrow(/GRANARY_EXTENSIONS/);
});
