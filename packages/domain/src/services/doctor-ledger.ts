/** The doctor looks at everything that verify checks, and knows which of it rebuild puts right. */
import type { Ailment } from '@granary/contracts/doctor';
import type { Violation } from '@granary/contracts/system';
import { nextReservations, nextSkus, checkOverall, checkReservations } from '../persistence/verify-store.ts';
import { atOnce, type Cure, type Examination, type Look, type Sign } from '../ports/examination.ts';
import { holdDeadlineCure } from './doctor-deadlines.ts';
import type { Engine } from './execution.ts';
import { rebuildSku } from './rebuild.ts';
import { violationsOfSkus } from './verification.ts';

const SKUS_A_PART = 50;
const RESERVATIONS_A_PART = 2000;
const BOOKED_A_PART = 200;
const DEADLINE_MS = 600_000;

export function ledgerExaminations(engine: Engine): readonly Examination[] {
  return [
    {
      finds: ['counters', 'missingLevels', 'ledger', 'mergedBatches', 'holds', 'locks', 'serials', 'causes'],
      look: (after) => lookAtSkus(engine, after),
    },
    { finds: ['holds', 'holdDeadlines'], look: (after) => lookAtReservations(engine, after) },
    { finds: ['books'], look: (after) => lookAtBooks(engine, after) },
    { finds: ['keys', 'causes', 'bundles'], look: () => lookAtAll(engine) },
  ];
}

/** A part that is sound is looked at once; of one that is not, each SKU again, to know whose violations they are. */
async function lookAtSkus(engine: Engine, after: string): Promise<Look> {
  return await engine.units.read(async (tx) => {
    const skuIds = await nextSkus(tx, after, SKUS_A_PART);
    const seen = { levels: 0, movements: 0 };
    const violations = skuIds.length === 0 ? [] : await violationsOfSkus(tx, skuIds, seen);
    const look = { next: skuIds.at(-1), looked: seen.levels + seen.movements };
    if (violations.length === 0) return { ...look, signs: [] };
    const signs: Sign[] = [];
    for (const skuId of skuIds)
      signs.push(...skuSigns(await violationsOfSkus(tx, [skuId], seen), cureOf(engine, skuId)));
    return { ...look, signs };
  }, DEADLINE_MS);
}

function cureOf(engine: Engine, skuId: string): Cure {
  return async (call) => await engine.units.write(call, (tx) => rebuildSku(tx, engine, { skuId, caller: call.caller }));
}

const DAMAGED = 'The ledger of this SKU was edited or cut: counters computed from it would hide what is missing.';

/**
 * Counters that are wrong make sums wrong as well, which are then no sign of their own. Where the ledger itself does not hold
 * together, nothing is computed from it.
 */
export function skuSigns(violations: readonly Violation[], rebuild: Cure): readonly Sign[] {
  const placed = violations.map((violation) => ({ ...violation, ailment: ailmentOf(violation) }));
  const isDamaged = placed.some(({ ailment }) => ailment === 'ledger');
  const miscounted = new Set(placed.filter(({ ailment }) => isRebuilt(ailment)).map(({ row }) => row));
  const signs = new Map<string, Sign>();
  for (const { ailment, row, detail } of placed) {
    if (!isRebuilt(ailment) && ailment !== 'ledger' && miscounted.has(row)) continue;
    const key = `${ailment}\0${row}`;
    const earlier = signs.get(key);
    const told = earlier === undefined ? detail : `${earlier.detail}; ${detail}`;
    const cure = isRebuilt(ailment) ? (isDamaged ? { why: DAMAGED } : { cure: rebuild }) : {};
    signs.set(key, { ailment, where: row, detail: told, ...cure });
  }
  return [...signs.values()];
}

function isRebuilt(ailment: Ailment): boolean {
  return ailment === 'counters' || ailment === 'missingLevels';
}

function ailmentOf({ invariant, row, detail }: Violation): Ailment {
  const isMovement = row.startsWith('movement ');
  switch (invariant) {
    case 'I1':
      return 'counters';
    case 'I2':
      if (!row.startsWith('batch ')) return 'counters';
      return detail.includes('does not exist') ? 'missingLevels' : 'mergedBatches';
    case 'I3':
      if (detail.startsWith('has movements')) return 'missingLevels';
      return isMovement ? 'ledger' : 'counters';
    case 'I4':
      return isMovement ? 'ledger' : 'counters';
    case 'I5':
      return 'holds';
    case 'I6':
      return 'locks';
    case 'I10':
      return 'ledger';
    case 'I12':
      return 'serials';
    default:
      return 'causes';
  }
}

async function lookAtReservations(engine: Engine, after: string): Promise<Look> {
  const { ids, violations } = await engine.units.read(async (tx) => {
    const found = await nextReservations(tx, after, RESERVATIONS_A_PART);
    const last = found.at(-1);
    return { ids: found, violations: last === undefined ? [] : await checkReservations(tx, after, last) };
  }, DEADLINE_MS);
  const signs = new Map<string, Sign>();
  for (const { row, detail } of violations) {
    const isDeadline = detail.endsWith('another deadline than its header');
    const ailment = isDeadline ? 'holdDeadlines' : 'holds';
    const cure = isDeadline ? { cure: holdDeadlineCure(engine, row.slice('reservation '.length)) } : {};
    if (!signs.has(`${ailment} ${row}`)) signs.set(`${ailment} ${row}`, { ailment, where: row, detail, ...cure });
  }
  return { signs: [...signs.values()], next: ids.at(-1), looked: ids.length };
}

async function lookAtBooks(engine: Engine, after: string): Promise<Look> {
  const { books } = engine.ports;
  if (books === undefined) return atOnce([], 0);
  return await engine.units.read(async (tx) => {
    const skuIds = await books.next(tx, after, BOOKED_A_PART);
    const violations = skuIds.length === 0 ? [] : await books.check(tx, skuIds);
    const signs = violations.map(({ row, detail }): Sign => ({ ailment: 'books', where: row, detail }));
    return { signs, next: skuIds.at(-1), looked: skuIds.length };
  }, DEADLINE_MS);
}

const OVERALL: Readonly<Record<string, Ailment>> = { I2: 'bundles', I7: 'keys' };

async function lookAtAll(engine: Engine): Promise<Look> {
  const violations = await engine.units.read(checkOverall, DEADLINE_MS);
  return atOnce(
    violations.map(({ invariant, row, detail }) => ({
      ailment: OVERALL[invariant] ?? 'causes',
      where: row,
      detail,
    })),
  );
}
