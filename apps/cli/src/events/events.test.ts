/** The short form of `npm run -s events`: a twentieth of the storm, the poison, and trouble that is over sooner. */
import { expect, it } from 'vitest';
import { poison } from './poison.ts';
import { storm } from './storm.ts';
import { trouble } from './trouble.ts';

const TIMEOUT_MS = 240_000;
const { signal } = new AbortController();
const common = { keep: undefined, signal, seed: 7 };

it(
  'everybody is told everything and in order, though the relay is killed over and over',
  async () => {
    const options = { movements: 500, kills: 4, workers: 2, onProgress: () => undefined };
    const { problems, movements, kills, consumers } = await storm({ ...common, ...options });
    expect(problems).toEqual([]);
    expect(movements).toBeGreaterThanOrEqual(500);
    expect(kills).toBe(4);
    expect(consumers.map(({ consumer }) => consumer)).toEqual(['stream', 'listener', 'webhook', 'webhook, some types']);
  },
  TIMEOUT_MS,
);

it(
  'a poison event stops neither others nor, once it is given up, its own aggregate; a replay brings it',
  async () => {
    const { problems, timing } = await poison({ ...common, skus: 5 });
    expect(problems).toEqual([]);
    expect(timing.map(({ attempts }) => attempts)).toEqual([3, 3]);
  },
  TIMEOUT_MS,
);

it(
  'subscribers that make trouble, a late commit and a paused relay hold up nobody else',
  async () => {
    // Other tests run beside it, so there is less to do and the bound is wide: the command has the narrow one.
    const { problems, dead } = await trouble({
      ...common,
      hangMs: 1_500,
      steadyMs: 5_000,
      boundMs: 30_000,
      restMs: 120,
      onProgress: () => undefined,
    });
    expect(problems).toEqual([]);
    expect(Object.values(dead)).toEqual([4]);
  },
  TIMEOUT_MS,
);
