/** Values that valid calls share. */
import { QUALITY } from '../fixture-tools.ts';
import type { Stocked } from '../goods-fixtures.ts';

export const page = { limit: 10 };
/** Well in the past, and the same for every call: `occurredAt` and `at` must not be in the future. */
export const BEFORE = '2026-01-02T03:04:05Z';
export const FAR = '2031-06-30T00:00:00Z';

export const now = () => new Date().toISOString();
/** In seventeen hours, well within the longest life of a hold. */
export const soon = () => new Date(Date.now() + 60_000_000).toISOString();
export const said = { operator: 'Somebody', reason: 'A reason' };
/** Just now, since what is done to must have been there before. */
export const happened = () => ({ occurredAt: now(), ...said });

/** What a lot is, beside its number. */
export const lot = {
  ...{ qualityLevel: QUALITY, producedOn: '2026-01-01', expiresAt: '2031-01-31', attributes: { colour: 'blue' } },
};
export const criteria = ({ locationId, qualityLevel }: Stocked) => ({ locationId, qualityLevel, minRemainingDays: 0 });
