import { defineConfig } from 'vitest/config';
import { coverage } from '../../scripts/run/coverage-settings.mjs';

export default defineConfig({
  test: {
    coverage,
    include: ['src/**/*.test.ts'],
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // How many random histories conservation.test.ts costs; GRANARY_COST_RUNS=10000 is the long run.
    provide: { costRuns: Number(process.env['GRANARY_COST_RUNS'] ?? 500) },
  },
});
