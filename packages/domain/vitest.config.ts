import { defineConfig } from 'vitest/config';
import { coverage } from '../../scripts/run/coverage-settings.mjs';

export default defineConfig({
  test: { coverage, include: ['src/**/*.test.ts'], isolate: false, testTimeout: 60_000, hookTimeout: 60_000 },
});
