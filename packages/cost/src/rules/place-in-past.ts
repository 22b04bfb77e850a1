/**
 * Where late events belong that are about goods of an earlier one. Within a minute the order of arrival decides, so a sale may
 * be costed somewhat after the moment that its document tells, and what takes its goods back then follows it. Beyond that
 * minute nothing comes back, and no cost is brought to goods, before they moved: INV_005.
 */
import { type Instant, toMicros } from '@granary/contracts/instant';
import { invalidInput } from '@granary/domain/refusal';
import { beforeItMoved } from '@granary/domain/rules/original';
import type { CostEvent } from '../core/event.ts';
import { ARRIVAL_MICROS } from './backdating.ts';

/** By how many units an event made a flow more, or less. */
export interface FlowMove {
  readonly flowId: string;
  readonly at: Instant;
  readonly units: number;
}

export interface KnownMoves {
  /** In the order of costing. */
  readonly moves: readonly FlowMove[];
  /** What was left of the flows that are older than all moves. */
  readonly closed: ReadonlyMap<string, number>;
}

/** The flow whose units an event takes, or whose goods it is about; undefined for what stands for itself. */
export function flowNeededBy(event: CostEvent): string | undefined {
  if (event.type === 'return') return event.issueId;
  return event.type === 'reversal' || event.type === 'allocation' ? event.receiptId : undefined;
}

export function placeInPast(events: readonly CostEvent[], known: KnownMoves): readonly CostEvent[] {
  const taken = new Map<string, number>();
  for (const event of events) {
    const flowId = flowNeededBy(event);
    if (flowId !== undefined) taken.set(flowId, (taken.get(flowId) ?? 0) + unitsOf(event));
  }
  return events.map((event) => {
    const flowId = flowNeededBy(event);
    const from = flowId === undefined ? undefined : outSince({ flowId, units: taken.get(flowId) ?? 0 }, known);
    if (from === undefined || from <= event.at) return event;
    if (toMicros(from) - toMicros(event.at) <= ARRIVAL_MICROS) return { ...event, at: from };
    throw event.type === 'allocation' ? beforeItsGoods() : beforeItMoved();
  });
}

const unitsOf = (event: CostEvent): number =>
  event.type === 'return' || event.type === 'reversal' ? event.quantity : 0;

/**
 * Since when so many units have been there to be taken, whatever else was taken later. Undefined for ever since, and where there
 * are fewer even now, which posting refuses.
 */
function outSince(wanted: { readonly flowId: string; readonly units: number }, { moves, closed }: KnownMoves) {
  const kept = closed.get(wanted.flowId);
  let left = kept ?? 0;
  let isThere = kept !== undefined && left >= wanted.units;
  let since: Instant | undefined;
  for (const { flowId, at, units } of moves) {
    if (flowId !== wanted.flowId) continue;
    left += units;
    if (left >= wanted.units && !isThere) since = at;
    isThere = left >= wanted.units;
  }
  return isThere ? since : undefined;
}

function beforeItsGoods() {
  return invalidInput([{ path: 'occurredAt', message: 'must not be before the goods came' }]);
}
