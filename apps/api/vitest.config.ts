import { defineConfig } from 'vitest/config';
import { coverage } from '../../scripts/run/coverage-settings.mjs';

export default defineConfig({
  test: {
    coverage,
    include: ['src/**/*.test.ts'],
    // Each file would import the whole application anew, which takes longer than most of them.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
