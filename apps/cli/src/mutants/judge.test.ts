import { describe, expect, it } from 'vitest';
import { greenWithout, judge, type TestRun } from './judge.ts';

const run = (...failures: string[]): TestRun => ({
  tests: failures.map((failure) => ({ title: 'sells', status: 'failed', failures: [failure] })),
  isOverdue: false,
});
const passing: TestRun = {
  tests: [{ title: 'sells the last unit', status: 'passed', failures: [] }],
  isOverdue: false,
};

describe('a run with a defect in place', () => {
  it('catches it by an expectation alone, and says by which', () => {
    const failed = run('TypeError: x is not a function', 'AssertionError: expected 1 to be 2\n    at sale.test.ts:3');
    expect(judge(failed)).toEqual({ verdict: 'caught', because: 'AssertionError: expected 1 to be 2' });
  });

  it('catches it by a promise that ends in the other way', () => {
    expect(judge(run(`Error: promise resolved "'done'" instead of rejecting`)).verdict).toBe('caught');
  });

  it.each(['Error: Test timed out in 60000ms.', 'Error: Hook timed out in 10ms.'])('%s is no catch', (failure) => {
    expect(judge(run(failure)).verdict).toBe('by timeout');
  });

  it('is no catch when it was ended for its length', () => {
    expect(judge({ tests: [], isOverdue: true }).verdict).toBe('by timeout');
  });

  it('is no catch when a test broke down, or the file did', () => {
    expect(judge(run('TypeError: x is not a function')).verdict).toBe('by crash');
    expect(judge({ tests: [], isOverdue: false, trouble: 'SyntaxError: no' }).verdict).toBe('by crash');
  });

  it('lets the defect survive when all is green', () => {
    expect(judge(passing)).toEqual({ verdict: 'survived', because: '1 tests passed all the same' });
  });
});

describe('a run without a defect', () => {
  it('is green when the named test passed', () => {
    expect(greenWithout(passing, 'sells the last')).toBeUndefined();
  });

  it('is not when the test failed, was skipped or is not there', () => {
    const skipped: TestRun = { tests: [{ title: 'sells', status: 'skipped', failures: [] }], isOverdue: false };
    expect(greenWithout(run('AssertionError: no'), 'sells')).toEqual({
      verdict: 'not green',
      because: 'AssertionError: no',
    });
    expect(greenWithout(skipped, 'sells')?.verdict).toBe('not green');
    expect(greenWithout(passing, 'buys')?.because).toBe("no test is called 'buys'");
  });
});
