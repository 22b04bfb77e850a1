/** The checker against shops in memory: what a sound one does is legal, and what a broken one does is found, every time. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../sample/random.ts';
import { createCarelessShop } from './careless-shop.ts';
import { PLANT_STEPS, searchSettled } from './check.ts';
import type { History, LevelHistory } from './history.ts';
import type { Ledger } from './ledger.ts';
import { type PlantKind, plantKinds, planted, proofOf } from './plants.ts';
import { record } from './record.ts';
import { settled } from './settle.ts';
import { smallest } from './smallest.ts';

/** `npm run -s histories` plants forty of each kind. */
const WANTED = 12;
const AT_ONCE = 10;
const recording = { clients: 8, operations: 300, shortLifeMs: 60 };

interface Recorded {
  readonly history: History;
  readonly ledger: (level: LevelHistory) => Ledger;
}

async function recorded(seed: number, broken?: PlantKind): Promise<Recorded> {
  const shop = createCarelessShop(seed, broken);
  const history = await record(shop, { ...recording, seed });
  return { history, ledger: ({ key }) => shop.ledger(key) };
}

/** Endless, and several at once, since they spend their time waiting. */
async function* shops(broken?: PlantKind): AsyncGenerator<Recorded> {
  for (let seed = 1; ; seed += AT_ONCE)
    yield* await Promise.all(Array.from({ length: AT_ONCE }, (_, each) => recorded(seed + each, broken)));
}

const verdictsOf = ({ history, ledger }: Recorded) =>
  history.levels.map((level) => searchSettled(level, ledger(level)).verdict);

describe('a sound shop', () => {
  it('is found sound, and a fault planted into one answer is found each time', { timeout: 120_000 }, async () => {
    const found = { oversell: 0, 'double confirm': 0, 'stale read': 0 };
    const verdicts: string[] = [];
    let tried = 0;
    for await (const shop of shops()) {
      verdicts.push(...verdictsOf(shop));
      expect(verdicts).not.toContain('illegal');
      for (const kind of plantKinds) {
        const place = shop.history.levels.flatMap((level) => {
          const broken = planted(kind, level, createRandom(tried));
          return broken === undefined ? [] : [{ broken, ledger: shop.ledger(level) }];
        })[0];
        if (place === undefined) continue;
        expect(proofOf[kind](place.broken).length).toBeGreaterThan(0);
        expect([kind, searchSettled(place.broken, place.ledger, PLANT_STEPS).verdict]).toEqual([kind, 'illegal']);
        found[kind] += 1;
      }
      if ((tried += 1) >= WANTED && Object.values(found).every((times) => times >= WANTED)) break;
    }
    expect(Math.min(...Object.values(found))).toBeGreaterThanOrEqual(WANTED);
    expect(verdicts.filter((verdict) => verdict === 'undecided').length).toBeLessThanOrEqual(verdicts.length / 50);
  });
});

describe('a shop that is broken', () => {
  it.each(plantKinds)(
    'by %s is found out whenever it surely did something wrong',
    { timeout: 120_000 },
    async (kind) => {
      let surely = 0;
      for await (const shop of shops(kind)) {
        if (!shop.history.levels.some((level) => proofOf[kind](level).length > 0)) continue;
        expect(verdictsOf(shop)).toContain('illegal');
        if ((surely += 1) === WANTED) break;
      }
      expect(surely).toBe(WANTED);
    },
  );
});

it('what is shown of a violation is small, and still one', async () => {
  const { history, ledger } = await recorded(7, 'double confirm');
  const level = history.levels.find((each) => searchSettled(each, ledger(each)).verdict === 'illegal');
  if (level === undefined) throw new Error('nothing was wrong with the shop');
  const shown = smallest(level, ledger(level));
  expect(shown.length).toBeLessThan(settled(level, ledger(level)).events.length);
  expect(shown.some(({ operation }) => operation.kind === 'confirm')).toBe(true);
});
