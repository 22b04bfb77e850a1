/** Caps on holds around a call: its holders are held still first, then what they have is read, and at last what they got is noted. */
import {
  countMade,
  lockGuards,
  noteMade,
  readHoldings,
  readOnHand,
  recountMade,
} from '../persistence/hold-cap-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { DomainConfig } from '../config.ts';
import type { ConvertCaps } from '../rules/convert.ts';
import { type Demand, shelfDemands } from '../rules/demand.ts';
import type { Draft } from '../rules/draft.ts';
import { type Holder, type HolderHoldings, holderKey, type Holdings, type HoldLimits } from '../rules/hold-caps.ts';
import { sha256 } from './hashing.ts';

/** So many may be decided side by side; more holders share slots, which costs a wait and nothing else. */
const SLOTS = 1024;

export function limitsOf({ holdMaxPerBusiness, holdMaxSharePercent, holdMaxPerToken }: DomainConfig): HoldLimits {
  return { perBusiness: holdMaxPerBusiness, sharePercent: holdMaxSharePercent, perToken: holdMaxPerToken };
}

export function areCapped(limits: HoldLimits): boolean {
  return asksBusiness(limits) || limits.perToken > 0;
}

/** Without caps nothing is locked, read or noted. */
export async function holdStill(
  tx: Tx,
  limits: HoldLimits,
  { holders, actor }: { readonly holders: readonly Holder[]; readonly actor?: string },
): Promise<void> {
  const keys = [
    ...(asksBusiness(limits) ? holders.map((holder) => `business\0${holderKey(holder)}`) : []),
    ...(limits.perToken > 0 && actor !== undefined ? [`actor\0${actor}`] : []),
  ];
  if (keys.length > 0) await lockGuards(tx, keys.map(slotOf));
}

function asksBusiness({ perBusiness, sharePercent }: HoldLimits): boolean {
  return perBusiness > 0 || sharePercent < 100;
}

function slotOf(key: string): number {
  return Number.parseInt(sha256(key).slice(0, 8), 16) % SLOTS;
}

/** Read under the guards and after the levels, so that what the holder got a moment ago is seen. */
export async function loadHoldings(
  tx: Tx,
  limits: HoldLimits,
  { draft, lines, actor }: { draft: Draft; lines: readonly (Demand & Holder)[]; actor: string },
): Promise<Holdings | undefined> {
  if (!areCapped(limits)) return undefined;
  const byHolder = new Map<string, HolderHoldings>();
  for (const line of asksBusiness(limits) ? lines : []) {
    if (!byHolder.has(holderKey(line))) byHolder.set(holderKey(line), await readHoldings(tx, line, draft.now));
  }
  const shelves = lines.flatMap((line) => shelfDemands(line)).map(({ skuId }) => skuId);
  const onHand = limits.sharePercent < 100 ? await readOnHand(tx, shelves) : new Map<string, number>();
  return { limits, actor, byHolder, onHand, made: await madeBy(tx, limits, { actor, added: lines.length }) };
}

/** What a conversion is asked, of everything that either side holds. */
export async function convertCaps(tx: Tx, limits: HoldLimits, draft: Draft): Promise<ConvertCaps> {
  const skuIds = [...draft.holds.values()].flatMap((hold) => hold.lines.map((line) => line.skuId));
  return { limits, onHand: limits.sharePercent < 100 ? await readOnHand(tx, skuIds) : new Map<string, number>() };
}

/** Counted along the index alone until the cap comes near; only then those that have ended are looked for. */
async function madeBy(tx: Tx, { perToken }: HoldLimits, { actor, added }: { actor: string; added: number }) {
  if (perToken === 0) return 0;
  const noted = await countMade(tx, actor);
  return noted + added <= perToken ? noted : await recountMade(tx, actor);
}

/** What a call has made, after it is written. */
export async function noteMakers(tx: Tx, limits: HoldLimits, at: { draft: Draft; actor: string }): Promise<void> {
  if (limits.perToken === 0) return;
  const { changedHolds, loaded } = at.draft;
  await noteMade(
    tx,
    at.actor,
    [...changedHolds].filter((id) => !loaded.holds.has(id)),
  );
}
