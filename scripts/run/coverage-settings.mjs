// What every vitest.config.ts says about coverage. Measured where GRANARY_COVERAGE is set, as `npm test` sets it: a run of some
// tests by hand is not slowed down.

export const REPORT = 'coverage/coverage-final.json';

/** Under `test.coverage`. */
export const coverage = {
  enabled: process.env.GRANARY_COVERAGE !== undefined,
  provider: 'v8',
  include: ['src/**/*.ts'],
  // Tests and what is only for them; migrations run once, in every test that has a database.
  exclude: ['**/*.test.ts', '**/testing/**', '**/docs-examples/**', '**/migrations/**'],
  reporter: ['json'],
  reportsDirectory: 'coverage',
  reportOnFailure: true,
};
