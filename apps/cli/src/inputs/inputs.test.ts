/** Bad inputs in small: each class on two procedures or more that take it, every procedure at least once through one of the doors, and some scenarios. */
import { doors, runInputs } from '@granary/testkit/inputs/run-inputs';
import { afterEach, describe, expect, it } from 'vitest';
import { openApiUnderTest, type ApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

describe('bad inputs', () => {
  it.each(doors)(
    'are refused or taken as they must be through %s, and change nothing else',
    { timeout: 300_000 },
    async (door) => {
      api = await openApiUnderTest();
      // The doors share the procedures out; `npm run -s inputs` takes all of them through both.
      const own = Object.entries(api.procedures).filter((_each, at) => at % doors.length === doors.indexOf(door));
      const report = await runInputs({ ...api, procedures: Object.fromEntries(own), door, sampleSeed: 20_261_120 });
      expect(report.problems).toEqual([]);
      expect(Object.keys(report.perClass).length).toBeGreaterThan(90);
      expect(report.calls).toBeGreaterThan(200);
    },
  );
});
