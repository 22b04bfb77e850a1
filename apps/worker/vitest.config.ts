import { defineConfig } from 'vitest/config';
import { coverage } from '../../scripts/run/coverage-settings.mjs';

export default defineConfig({
  test: {
    coverage,
    include: ['src/**/*.test.ts'],
    // These wait most of the time, for leases to run out and for processes to start and end.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
