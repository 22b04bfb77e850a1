// Shows that the boundary check bites: each forbidden kind of import is planted in a copy of the tree and must be named.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkBoundaries } from './boundaries.mjs';

const project = fileURLToPath(new URL('../', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'granary-boundaries-'));
let problems = [];

const TARGETS = [
  'packages/contracts/src',
  'packages/domain/src',
  'packages/domain/src/persistence',
  'packages/cost/src',
  'packages/platform/src',
  'packages/testkit/src',
  'apps/api/src',
  'apps/cli/src',
].map((folder) => `${folder}/planted-target.ts`);

// The file that sins, what it says, and the rule that must be named.
const SINS = [
  ['packages/contracts/src/planted-up.ts', "import '@granary/domain/planted-target';", 'arrow: packages/contracts'],
  ['packages/contracts/src/planted-node.ts', "import 'node:crypto';", 'contracts run in a browser'],
  ['packages/contracts/src/planted-npm.ts', "import 'typeorm';", 'contracts run in a browser'],
  ['packages/domain/src/planted-up.ts', "import '@granary/platform/planted-target';", 'arrow: packages/domain'],
  [
    'packages/domain/src/planted-type.ts',
    "import type { planted } from '@granary/platform/planted-target';\nexport type A = typeof planted;",
    'arrow: packages/domain',
  ],
  ['packages/domain/src/planted-kit.ts', "import '@granary/testkit/planted-target';", 'arrow: packages/domain'],
  ['packages/domain/src/rules/planted-store.ts', "import 'typeorm';", 'rules and strategies are pure: no stores'],
  ['packages/domain/src/strategies/planted-node.ts', "import 'node:crypto';", 'rules and strategies are pure: no Node'],
  ['packages/domain/src/planted-cost.ts', "import '@granary/cost/planted-target';", 'arrow: packages/domain'],
  ['packages/cost/src/planted-up.ts', "import '@granary/platform/planted-target';", 'arrow: packages/cost'],
  [
    'packages/cost/src/core/planted-engine.ts',
    "import '@granary/domain/planted-target';",
    'the core of costing knows contracts alone',
  ],
  ['packages/cost/src/strategies/planted-store.ts', "import 'typeorm';", 'rules and strategies are pure: no stores'],
  ['packages/domain/src/planted-lost.ts', "import './nowhere.ts';", 'every import is found'],
  ['packages/testkit/src/planted-up.ts', "import '@granary/domain/planted-target';", 'arrow: packages/testkit'],
  [
    'packages/client/src/planted-value.ts',
    "import '@granary/api/planted-target';",
    'client knows the API as a type only',
  ],
  [
    'packages/client/src/planted-late.ts',
    "import type { planted } from '@granary/api/planted-target';\nexport const a = () => import('@granary/api/planted-target');",
    'client knows the API as a type only',
  ],
  ['packages/client/src/planted-up.ts', "import '@granary/domain/planted-target';", 'arrow: packages/client'],
  ['apps/worker/src/planted-cli.ts', "import '@granary/cli/planted-target';", 'nothing imports the CLI'],
  ['apps/worker/src/planted-api.ts', "import '@granary/api/planted-target';", 'arrow: apps/worker'],
  [
    'apps/api/src/routers/planted-store.ts',
    "import '@granary/domain/persistence/planted-target';",
    'routers hold no persistence',
  ],
  ['packages/domain/src/planted-circle-a.ts', "import './planted-circle-b.ts';", 'no cycle'],
  ['packages/domain/src/planted-circle-b.ts', "import './planted-circle-a.ts';", 'no cycle'],
];

const ALLOWED = [
  ['packages/domain/src/planted-down.ts', "import '@granary/contracts/planted-target';"],
  ['packages/cost/src/planted-down.ts', "import '@granary/domain/planted-target';"],
  ['packages/domain/src/planted-kit.test.ts', "import '@granary/testkit/planted-target';"],
  [
    'packages/client/src/planted-type.ts',
    "import type { planted } from '@granary/api/planted-target';\nexport type A = typeof planted;",
  ],
];

function plant(file, text) {
  const path = join(copy, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
}

before(async () => {
  for (const parent of ['packages', 'apps', 'examples'].filter((name) => existsSync(join(project, name)))) {
    for (const name of readdirSync(join(project, parent))) copyMember(join(parent, name));
  }
  cpSync(join(project, 'scripts'), join(copy, 'scripts'), { recursive: true });
  for (const file of TARGETS) plant(file, 'export const planted = 1;');
  for (const [file, text] of [...SINS, ...ALLOWED]) plant(file, text);
  ({ problems } = await checkBoundaries({ root: copy }));
});

after(() => rmSync(copy, { recursive: true, force: true }));

function copyMember(folder) {
  for (const part of ['src', 'package.json']) {
    const from = join(project, folder, part);
    if (existsSync(from)) cpSync(from, join(copy, folder, part), { recursive: true });
  }
  const modules = join(project, folder, 'node_modules');
  if (existsSync(modules)) symlinkSync(modules, join(copy, folder, 'node_modules'));
}

for (const [file, , rule] of SINS) {
  test(`${file} is refused by "${rule}"`, () => {
    const found = problems.filter((problem) => problem.startsWith(`${rule}: `) && problem.includes(file));
    assert.notEqual(found.length, 0, `not among:\n${problems.join('\n')}`);
  });
}

for (const [file] of ALLOWED) {
  test(`${file} is let through`, () => {
    assert.deepEqual(
      problems.filter((problem) => problem.includes(file)),
      [],
    );
  });
}

test('a check that saw too few files fails', async () => {
  const blind = await checkBoundaries({ root: copy, least: 1_000_000 });
  assert.match(blind.problems[0], /the check is blind/);
});
