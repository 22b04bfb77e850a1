/** The queue in front of a shared unit of work: what goes together, what waits, and who is turned away. */
import { expect, test } from 'vitest';
import { type CombinerOptions, createCombiner, type Passenger, type Tell } from './combiner.ts';

interface Named extends Passenger {
  readonly name: string;
}

const call = (name: string, facts: Partial<Passenger> = {}): Named => ({
  name,
  lane: 'S',
  leavesAt: Infinity,
  ...facts,
});

/** Flushes that end when the test says so. */
function held(options: Partial<CombinerOptions<Named, string>> = {}) {
  const flushes: { readonly names: readonly string[]; end(error?: Error): void }[] = [];
  const flush = (passengers: readonly Named[], tell: Tell<Named, string>) =>
    new Promise<void>((resolve, reject) => {
      const answer = () => {
        for (const each of passengers) if (each.name !== 'forgotten') tell(each, `${each.name}!`);
        resolve();
      };
      const end = (error?: Error) => (error === undefined ? answer() : reject(error));
      flushes.push({ names: passengers.map(({ name }) => name), end });
    });
  return { flushes, combiner: createCombiner<Named, string>({ lanes: 1, most: 500, queue: 1000, flush, ...options }) };
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('calls of one tick go together, and what comes while they run goes next, in its order', async () => {
  const { flushes, combiner } = held();
  const first = ['a', 'b', 'c'].map((name) => combiner.submit(call(name)));
  await turn();
  const second = ['d', 'e'].map((name) => combiner.submit(call(name)));
  await turn();
  expect(flushes.map(({ names }) => names)).toEqual([['a', 'b', 'c']]);
  flushes[0]?.end();
  expect(await Promise.all(first)).toEqual(['a!', 'b!', 'c!']);
  await turn();
  expect(flushes.map(({ names }) => names)).toEqual([
    ['a', 'b', 'c'],
    ['d', 'e'],
  ]);
  flushes[1]?.end();
  expect(await Promise.all(second)).toEqual(['d!', 'e!']);
  expect(combiner.tally()).toEqual({ flushes: 2, calls: 5, largest: 3 });
});

test('nobody is answered before the flush has ended', async () => {
  const { flushes, combiner } = held();
  let isAnswered = false;
  const answer = combiner.submit(call('a')).then(() => (isAnswered = true));
  await turn();
  expect(isAnswered).toBe(false);
  flushes[0]?.end();
  await answer;
});

test('a flush takes no more than it may; the rest goes with the next ones', async () => {
  const { flushes, combiner } = held({ most: 2 });
  const answers = ['a', 'b', 'c', 'd', 'e'].map((name) => combiner.submit(call(name)));
  for (const [at] of ['ab', 'cd', 'e'].entries()) {
    await turn();
    flushes[at]?.end();
  }
  expect((await Promise.all(answers)).join('')).toBe('a!b!c!d!e!');
  expect(flushes.map(({ names }) => names.join(''))).toEqual(['ab', 'cd', 'e']);
});

test('whoever finds the queue full is turned away at once, and those who wait are served', async () => {
  const { flushes, combiner } = held({ queue: 2 });
  const served = [combiner.submit(call('a'))];
  await turn();
  served.push(combiner.submit(call('b')), combiner.submit(call('c')));
  await expect(combiner.submit(call('d'))).rejects.toMatchObject({
    code: 'INV_012',
    kind: 'overloaded',
    retryable: true,
    details: { retryAfterSeconds: 1 },
  });
  flushes[0]?.end();
  await turn();
  flushes[1]?.end();
  expect(await Promise.all(served)).toEqual(['a!', 'b!', 'c!']);
});

test('whoever has waited too long is sent away before it is begun', async () => {
  const { flushes, combiner } = held();
  const first = combiner.submit(call('a'));
  await turn();
  const late = combiner.submit(call('late', { leavesAt: performance.now() + 5 }));
  const patient = combiner.submit(call('patient'));
  await new Promise((resolve) => setTimeout(resolve, 10));
  flushes[0]?.end();
  await first;
  await expect(late).rejects.toMatchObject({ code: 'INV_012', kind: 'overloaded' });
  flushes[1]?.end();
  expect(await patient).toBe('patient!');
  expect(flushes[1]?.names).toEqual(['patient']);
});

test('what a flush throws all of its calls are told, and the next flush runs', async () => {
  const { flushes, combiner } = held();
  const answers = ['a', 'b'].map((name) => combiner.submit(call(name)));
  await turn();
  const next = combiner.submit(call('c'));
  flushes[0]?.end(new Error('no'));
  for (const answer of answers) await expect(answer).rejects.toThrow('no');
  await turn();
  flushes[1]?.end();
  expect(await next).toBe('c!');
});

test('whoever a flush forgets is told so', async () => {
  const { flushes, combiner } = held();
  const answers = Promise.allSettled(['a', 'forgotten'].map((name) => combiner.submit(call(name))));
  await turn();
  flushes[0]?.end();
  expect(await answers).toMatchObject([{ value: 'a!' }, { reason: { message: 'a flush left a call unanswered' } }]);
});

test('lanes run side by side, and calls of one key keep to one lane', async () => {
  const { flushes, combiner } = held({ lanes: 4 });
  const keys = ['sku:A', 'sku:B', 'sku:C', 'sku:D', 'sku:E', 'sku:F'];
  const answers = [...keys, ...keys].map((lane) => combiner.submit(call(lane, { lane })));
  await turn();
  expect(flushes.length).toBeGreaterThan(1);
  const lanesOf = (key: string) => flushes.flatMap(({ names }, lane) => (names.includes(key) ? [lane] : []));
  for (const key of keys) expect(lanesOf(key)).toHaveLength(1);
  for (const flush of flushes) flush.end();
  expect(await Promise.all(answers)).toHaveLength(12);
});

const heldUp = () => new Promise((resolve) => setTimeout(resolve, 300));

test('a flush that is held up holds up those who want the same, and nobody else', async () => {
  const { flushes, combiner } = held();
  const stuck = ['a', 'b'].map((name) => combiner.submit(call(name, { lane: name })));
  await turn();
  const same = combiner.submit(call('a2', { lane: 'a' }));
  const other = combiner.submit(call('c', { lane: 'c' }));
  await heldUp();
  const later = [combiner.submit(call('b2', { lane: 'b' })), combiner.submit(call('a3', { lane: 'a' }))];
  flushes[1]?.end();
  expect(await other).toBe('c!');
  expect(flushes.map(({ names }) => names.join(' '))).toEqual(['a b', 'c']);
  flushes[0]?.end();
  expect(await Promise.all(stuck)).toEqual(['a!', 'b!']);
  await turn();
  expect(flushes[2]?.names, 'in the order in which they came').toEqual(['a2', 'b2', 'a3']);
  flushes[2]?.end();
  expect(await Promise.all([same, ...later])).toEqual(['a2!', 'b2!', 'a3!']);
});

test('whoever waits behind a flush that is held up is sent away in time', async () => {
  const { flushes, combiner } = held();
  const stuck = combiner.submit(call('a'));
  await turn();
  const late = combiner.submit(call('late', { leavesAt: performance.now() + 20 }));
  await expect(late).rejects.toMatchObject({ kind: 'overloaded' });
  flushes[0]?.end();
  expect(await stuck).toBe('a!');
});

test('no more than four flushes are held up at once, and the lane goes on when one of them ends', async () => {
  const { flushes, combiner } = held();
  const answers: Promise<string>[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    answers.push(combiner.submit(call(name, { lane: name })));
    await heldUp();
  }
  expect(flushes.map(({ names }) => names.join(' '))).toEqual(['a', 'b', 'c', 'd']);
  flushes[1]?.end();
  await turn();
  expect(flushes[4]?.names).toEqual(['e']);
  for (const { end } of flushes) end();
  expect(await Promise.all(answers)).toEqual(['a!', 'b!', 'c!', 'd!', 'e!']);
});

test.each([
  ['fast', 0, 50, 50],
  ['slow', 40, 9, 24],
  ['very slow', 240, 8, 8],
])('behind %s flushes as many may wait as a fifth of a second serves, and two flushes always', async (...given) => {
  const [, tookMs, least, most] = given;
  const { flushes, combiner } = held({ most: 4, queue: 50 });
  const crowd = (size: number) => Array.from({ length: size }, (_, each) => combiner.submit(call(`${each}`)));
  const first = crowd(4);
  await turn();
  await new Promise((resolve) => setTimeout(resolve, tookMs));
  flushes[0]?.end();
  await Promise.all(first);
  const next = crowd(4);
  await turn();
  const waiting = crowd(60);
  const turnedAway = Promise.allSettled(waiting);
  for (let at = 1; at < 20; at += 1) {
    flushes[at]?.end();
    await turn();
  }
  await Promise.all(next);
  const served = (await turnedAway).filter(({ status }) => status === 'fulfilled').length;
  expect(served).toBeGreaterThanOrEqual(least);
  expect(served).toBeLessThanOrEqual(most);
});
