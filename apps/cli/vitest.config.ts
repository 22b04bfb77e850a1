import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    // The last and longest of all packages: when the others are through, it shall have both cores of a small machine. Its tests
    // wait for processes a good part of their time, so two of them would leave the cores idle.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
