import { defineConfig } from 'vitest/config';
import { coverage } from '../../scripts/run/coverage-settings.mjs';

export default defineConfig({
  test: {
    coverage,
    include: ['src/**/*.test.ts'],
    // These wait much of the time, for deadlines and for servers that do not answer.
    maxWorkers: 2,
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
