/** Bad inputs in small: every class on two procedures, every procedure at least once. */
import { runInputs } from '@granary/testkit/inputs/run-inputs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiUnderTest, type ApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await openApiUnderTest();
});
afterAll(() => api?.close());

describe('bad numbers and strings', () => {
  it('are refused or taken as they must be, and change nothing else', { timeout: 120_000 }, async () => {
    const report = await runInputs({ ...api, sampleSeed: 20_261_120 });
    expect(report.problems).toEqual([]);
    const leastTimes = Math.min(...Object.values(report.perClass));
    expect(leastTimes).toBeGreaterThanOrEqual(2);
    expect(report.calls).toBeGreaterThan(120);
  });
});
