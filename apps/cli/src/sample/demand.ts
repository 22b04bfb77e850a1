/** How much of a SKU is wanted on one day at one place. */
import type { SampleSku } from './catalogue.ts';
import type { Random } from './random.ts';

/** Sunday first; people order at weekends and pick up on Saturdays. */
const WEEKDAYS = [1.1, 0.8, 0.8, 0.9, 1, 1.2, 1.4] as const;
const LUMP = 3;

export interface Occasion {
  /** Which part of the shop's sales this place makes. */
  readonly share: number;
  /** Weeks since the story began, with a fraction. */
  readonly week: number;
  readonly weekday: number;
}

export function dailyDemand(random: Random, sku: SampleSku, { share, week, weekday }: Occasion): number {
  const mean = (sku.weekly * share * (WEEKDAYS[weekday] ?? 1)) / WEEKDAYS.reduce((sum, factor) => sum + factor, 0);
  switch (sku.demand) {
    case 'steady':
      return random.poisson(mean);
    case 'seasonal':
      return random.poisson(mean * season(week));
    case 'intermittent':
      // The same mean, but in lumps with long gaps between them.
      return random.chance(mean / LUMP) ? random.between(LUMP - 2, LUMP + 2) : 0;
  }
}

/** From half to one and a half over eight weeks. */
export const season = (week: number): number => 0.5 + Math.min(week, 8) / 8;
