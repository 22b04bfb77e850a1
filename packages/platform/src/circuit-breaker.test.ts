import { expect, it } from 'vitest';
import { createCircuitBreaker } from './circuit-breaker.ts';

function breakerAt() {
  const clock = { ms: 0 };
  return { clock, breaker: createCircuitBreaker({ failures: 3, restMs: 1000, now: () => clock.ms }) };
}

it('opens after three failures in a row, and counts them', () => {
  const { breaker } = breakerAt();
  expect([breaker.failed(), breaker.failed()]).toEqual([1, 2]);
  expect(breaker.mayTry()).toBe(true);
  expect(breaker.failed()).toBe(3);
  expect(breaker.mayTry()).toBe(false);
});

it('forgets failures after a success', () => {
  const { breaker } = breakerAt();
  breaker.failed();
  breaker.failed();
  breaker.succeeded();
  breaker.failed();
  expect(breaker.mayTry()).toBe(true);
});

it('lets one caller probe after the rest, and the others when that one succeeded', () => {
  const { breaker, clock } = breakerAt();
  for (let failure = 0; failure < 3; failure += 1) breaker.failed();
  clock.ms = 1000;
  expect([breaker.mayTry(), breaker.mayTry(), breaker.mayTry()]).toEqual([true, false, false]);
  breaker.succeeded();
  expect(breaker.mayTry()).toBe(true);
});

it('rests again when the probe fails', () => {
  const { breaker, clock } = breakerAt();
  for (let failure = 0; failure < 3; failure += 1) breaker.failed();
  clock.ms = 1000;
  expect(breaker.mayTry()).toBe(true);
  expect(breaker.failed()).toBe(4);
  clock.ms = 1999;
  expect(breaker.mayTry()).toBe(false);
  clock.ms = 2000;
  expect(breaker.mayTry()).toBe(true);
});
