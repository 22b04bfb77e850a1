import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    // Each file would import the whole application anew, which takes longer than most of them.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
