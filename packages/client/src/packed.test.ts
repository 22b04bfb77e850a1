/** The tarball as a stranger uses it: unpacked in a folder outside the workspace, compiled strictly, run against a real api. */
import { openRealApi, type RealApi } from '@granary/api/testing/real-api';
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const home = join(root, 'packages', 'client');

interface Ended {
  readonly code: number;
  readonly output: string;
}

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly packageManager: string;
}

let folder: string;
let shipped: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'granary-packed-'));
  shipped = join(folder, 'node_modules', '@granary', 'client');
  await pack();
  linkDependencies();
  writeProgram('main.ts', firstExample());
  writeProgram('wrong.ts', WRONG);
  writeProgram('receiver.ts', receiverExample());
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const manifestOf = (place: string): Manifest =>
  JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as Manifest;

function run(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, timeout: 50_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, output: `${stdout}${error === null ? '' : stderr}` });
    });
  });
}

/** With the pnpm that `npm test` brings, or, when vitest is started by hand, the same one by npx. */
async function pack(): Promise<void> {
  const pinned = manifestOf(root).packageManager;
  const found = await run('pnpm', ['--version'], home);
  const [command, before] = `pnpm@${found.output.trim()}` === pinned ? ['pnpm', []] : ['npx', ['--yes', pinned]];
  const packing = await run(command, [...before, 'pack', '--pack-destination', folder], home);
  expect(packing).toMatchObject({ code: 0 });
  mkdirSync(shipped, { recursive: true });
  const tarball = join(folder, `granary-client-${manifestOf(home).version}.tgz`);
  expect(await run('tar', ['-xzf', tarball, '-C', shipped, '--strip-components=1'], folder)).toMatchObject({ code: 0 });
}

/** What an installer would fetch, from this workspace: exactly what the manifest names, in the version that it names. */
function linkDependencies(): void {
  for (const [name, version] of Object.entries(manifestOf(shipped).dependencies)) {
    const places = ['packages/client', 'packages/contracts', 'apps/api'].map((part) =>
      join(root, part, 'node_modules', name),
    );
    const place = places.find((path) => existsSync(path)) ?? '';
    expect(`${name} ${manifestOf(place).version}`).toBe(`${name} ${version}`);
    link(place, name);
  }
  link(join(root, 'node_modules', '@types', 'node'), '@types/node');
}

function link(place: string, name: string): void {
  const target = join(folder, 'node_modules', name);
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(place, target);
}

function writeProgram(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
}

/** The program that docs/client.md begins with, so that what it says is known to work. */
function firstExample(): string {
  const [, code] = /```ts\n(.*?)```/s.exec(readFileSync(join(root, 'docs', 'client.md'), 'utf8')) ?? [];
  expect(code).toContain("from '@granary/client'");
  return code ?? '';
}

/** The receiver of webhooks that docs/client.md shows. */
function receiverExample(): string {
  const programs = readFileSync(join(root, 'docs', 'client.md'), 'utf8').matchAll(/```ts\n(.*?)```/gs);
  const [code] = [...programs].map(([, text]) => text ?? '').filter((text) => text.includes('verifyWebhook'));
  expect(code).toContain("from '@granary/client'");
  return code ?? '';
}

const WRONG = `import { createClient, isGranaryError } from '@granary/client';
const granary = createClient({ url: 'http://127.0.0.1:1' });
await granary.stock.check.query({ sku: 'MUG' });
await granary.stock.cheque.query({ skuId: 'MUG' });
const inStock: string = (await granary.stock.check.query({ skuId: 'MUG' })).inStock;
const failure: unknown = inStock;
if (isGranaryError(failure, 'insufficientStock')) failure.details.rows;
`;

const STRICT = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--types', 'node'];

/** No tsconfig and no DOM: a program for Node. */
const compile = (file: string, ...more: string[]) =>
  run(
    join(root, 'node_modules', '.bin', 'tsc'),
    [file, ...STRICT, '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023', '--pretty', 'false', ...more],
    folder,
  );

/** Place and code of each complaint about what is not tRPC's, whose types alone do not stand the strictest check. */
const complaints = ({ output }: Ended) =>
  output
    .split('\n')
    .filter((line) => /error TS/.test(line) && !/node_modules\/[^(]*@trpc[+/]/.test(line))
    .map((line) => /^(.*)\((\d+),\d+\): error (TS\d+)/.exec(line)?.slice(1).join(' ') ?? line);

test('holds the built client and nothing of this workspace: no source, map, test, or range that only we can read', () => {
  const files = readdirSync(shipped, { recursive: true, encoding: 'utf8' });
  const texts = files.filter((name) => /\.(js|ts)$/.test(name));
  expect(texts).toEqual(expect.arrayContaining(['index.js', 'index.d.ts', 'api/router.d.ts', 'contracts/error.js']));
  expect(files.filter((name) => /\.map$|test|(?<!\.d)\.ts$/.test(name))).toEqual([]);
  const leaning = texts.filter((name) =>
    /(from |import |import\()['"](@granary|node:)/.test(readFileSync(join(shipped, name), 'utf8')),
  );
  expect(leaning).toEqual([]);
  expect(Object.keys(manifestOf(shipped).dependencies)).toEqual(['@trpc/client', '@trpc/server', 'ulid', 'zod']);
  for (const range of Object.values(manifestOf(shipped).dependencies)) expect(range).toMatch(/^\d+\.\d+\.\d+$/);
});

test('verifies a webhook by what the tarball holds', async () => {
  const event = { id: 'sku:MUG:1', schemaVersion: 1, aggregate: { kind: 'sku', id: 'MUG' }, cause: {} };
  const body = JSON.stringify({ type: 'stock.sku.created', timestamp: '', data: event });
  const key = Buffer.alloc(32, 3);
  const now = Math.floor(Date.now() / 1000);
  const signature = `v1,${createHmac('sha256', key).update(`m.${now}.${body}`).digest('base64')}`;
  const headers = { 'webhook-id': 'm', 'webhook-timestamp': String(now), 'webhook-signature': signature };
  const request = JSON.stringify({ body, headers, secret: `whsec_${key.toString('base64')}` });
  writeProgram(
    'verify.mjs',
    `import { verifyWebhook } from '@granary/client';
const request = ${request};
console.log((await verifyWebhook(request)).id);
await verifyWebhook({ ...request, body: request.body + ' ' }).catch((error) => console.log(error.name, error.reason));
`,
  );
  expect(await run('node', ['verify.mjs'], folder)).toEqual({
    code: 0,
    output: 'sku:MUG:1\nWebhookVerificationError signature\n',
  });
});

describe('its types', () => {
  test('compile, also when the declarations themselves are checked', async () => {
    expect(complaints(await compile('main.ts', '--noEmit', '--skipLibCheck', 'false'))).toEqual([]);
    expect(complaints(await compile('receiver.ts', '--noEmit', '--skipLibCheck', 'false'))).toEqual([]);
  });

  test('tell a wrong field, procedure, answer and detail', async () => {
    expect(complaints(await compile('wrong.ts', '--noEmit', '--skipLibCheck'))).toEqual([
      'wrong.ts 3 TS2353',
      'wrong.ts 4 TS2339',
      'wrong.ts 5 TS2322',
      'wrong.ts 7 TS2339',
    ]);
  });
});

describe('against a real api', () => {
  let api: RealApi;
  beforeAll(async () => {
    api = await openRealApi();
  });
  afterAll(() => api?.end());

  test('the first example of the docs says what the docs say', async () => {
    expect(await compile('main.ts', '--skipLibCheck')).toEqual({ code: 0, output: '' });
    const { code, output } = await run('node', ['main.js', api.url], folder);
    expect({ code, output }).toEqual({ code: 0, output: 'held 2, 3 left to sell\nonly 3 left\n' });
  });
});
