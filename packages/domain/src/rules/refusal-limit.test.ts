/** How many refusals reach the database: a few of each, a bounded number of all, and strangers cannot crowd out the rest. */
import { beforeEach, expect, test } from 'vitest';
import { createRefusalLimit, REFUSALS_A_MINUTE, type RefusedCall } from './refusal-limit.ts';

let now = 0;
let mayRecord: ReturnType<typeof createRefusalLimit>;
beforeEach(() => {
  now = 1000;
  mayRecord = createRefusalLimit(() => now);
});

const refused = (actor: string, address: string, procedure = 'sku.create'): RefusedCall => ({
  caller: { actor, address },
  procedure,
  isStranger: actor === 'guest',
});
const recorded = (times: number, of: (each: number) => RefusedCall) =>
  Array.from({ length: times }, (_, each) => mayRecord(of(each))).filter(Boolean).length;

test('of one caller, address and procedure a few a minute are recorded, and others are none the worse', () => {
  expect(recorded(100, () => refused('token:a', '192.0.2.1'))).toBe(REFUSALS_A_MINUTE.each);
  expect(recorded(100, () => refused('token:b', '192.0.2.1'))).toBe(REFUSALS_A_MINUTE.each);
  expect(recorded(100, () => refused('token:a', '192.0.2.2'))).toBe(REFUSALS_A_MINUTE.each);
  expect(recorded(100, () => refused('token:a', '192.0.2.1', 'sku.update'))).toBe(REFUSALS_A_MINUTE.each);
});

test('strangers with an address for every call fill their share, and token holders are still recorded', () => {
  expect(recorded(10_000, (each) => refused('guest', `2001:db8::${each}`))).toBe(REFUSALS_A_MINUTE.strangers);
  expect(mayRecord(refused('token:a', '192.0.2.1'))).toBe(true);
});

test('all together are bounded as well', () => {
  expect(recorded(10_000, (each) => refused(`token:${each}`, '192.0.2.1'))).toBe(REFUSALS_A_MINUTE.all);
});

test('the next minute begins anew', () => {
  recorded(10_000, (each) => refused(`token:${each % 1000}`, '192.0.2.1'));
  now += 59_999;
  expect(mayRecord(refused('token:x', '192.0.2.1'))).toBe(false);
  now += 1;
  expect(recorded(100, () => refused('token:x', '192.0.2.1'))).toBe(REFUSALS_A_MINUTE.each);
});
