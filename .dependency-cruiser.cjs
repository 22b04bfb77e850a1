// Which part of the house may import which. scripts/boundaries.mjs reads this, resolves @granary/* to sources instead of
// built files, and counts what it looked at; run it with "npm run check".

// From a part to everything of ours that its code may import; tests may import testkit on top.
const ALLOWED = {
  'packages/contracts': [],
  'packages/domain': ['packages/contracts'],
  'packages/cost': ['packages/contracts', 'packages/domain'],
  'packages/platform': ['packages/contracts', 'packages/domain', 'packages/cost'],
  'packages/client': ['packages/contracts', 'apps/api'],
  'packages/testkit': ['packages/contracts', 'scripts/servers'],
  'apps/api': ['packages/contracts', 'packages/domain', 'packages/cost', 'packages/platform'],
  'apps/worker': ['packages/contracts', 'packages/domain', 'packages/cost', 'packages/platform'],
  'apps/console': ['packages/contracts', 'packages/client'],
};
// apps/cli and examples look at the whole from outside and may import all; the CLI is closed to everybody.

// Tests, and what only tests use.
const TEST = '(\\.test\\.tsx?$|/testing/|/docs-examples/)';
const OURS = '^(apps|packages|examples|scripts)/';
// A package that is not installed where it is imported stays unresolved and keeps its bare name.
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})/|^(${names.join('|')})(/|$)`;

const arrows = Object.entries(ALLOWED).flatMap(([part, targets]) => {
  const own = [part, ...targets].map((target) => `^${target}[/.]`);
  const rule = (name, from, pathNot) => ({
    name,
    comment: `${part} may import only: ${targets.join(', ') || 'nothing of ours'}`,
    severity: 'error',
    from: { path: `^${part}/`, ...from },
    to: { path: OURS, pathNot },
  });
  return [
    rule(`arrow: ${part}`, { pathNot: TEST }, own),
    rule(`arrow: ${part} (tests)`, { path: `^${part}/.*${TEST}` }, [
      ...own,
      '^packages/testkit/',
      '^scripts/servers[/.]',
    ]),
  ];
});

const PURE = '^packages/(domain/src/(rules|strategies)|cost/src/(core|strategies))/';
const CORE = '^packages/cost/src/(core|strategies)/';
const STORES = npm('typeorm', 'mysql2', 'ioredis', 'redlock');

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...arrows,
    {
      // boundaries.mjs lets type imports through here, which the parser of this tool does not tell from others.
      name: 'client knows the API as a type only',
      comment: 'the router type checks callers; the router itself must not be shipped to them.',
      severity: 'error',
      from: { path: '^packages/client/', pathNot: TEST },
      to: { path: '^apps/api/' },
    },
    {
      name: 'nothing imports the CLI',
      severity: 'error',
      from: { pathNot: '^apps/cli/' },
      to: { path: '^apps/cli/' },
    },
    {
      name: 'nothing leans on tests',
      severity: 'error',
      from: { pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: 'contracts run in a browser',
      comment: 'zod is all that contracts may need; anything of Node would break a web page.',
      severity: 'error',
      from: { path: '^packages/contracts/', pathNot: TEST },
      to: { pathNot: [`^packages/contracts/`, npm('zod')] },
    },
    {
      name: 'rules and strategies are pure: no stores',
      severity: 'error',
      from: { path: PURE, pathNot: TEST },
      to: { path: [STORES, '^packages/(domain|cost)/src/(persistence|services)/'] },
    },
    {
      name: 'the core of costing knows contracts alone',
      comment: 'money is decided from plain data: no entities, no services, nothing of the stock engine.',
      severity: 'error',
      from: { path: CORE, pathNot: TEST },
      to: { path: OURS, pathNot: [CORE, '^packages/contracts/'] },
    },
    {
      name: 'rules and strategies are pure: no Node',
      severity: 'error',
      from: { path: PURE, pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'routers hold no persistence',
      severity: 'error',
      from: { path: '^apps/api/src/routers/', pathNot: TEST },
      to: { path: ['/persistence/', STORES] },
    },
    {
      name: 'no cycle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every import is found',
      comment: 'An import that cannot be resolved would escape every rule above.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|\\.turbo)/' },
    moduleSystems: ['es6'],
  },
};
