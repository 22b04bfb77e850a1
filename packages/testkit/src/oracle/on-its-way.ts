/** Everything that is expected somewhere: purchases as they were ordered, and transfers from their shipping on. */
import type { NextSupply } from '@granary/contracts/error';
import type { InTransitSource, InTransitStatus } from '@granary/contracts/in-transit';
import type { OracleExpectedLine } from './expected-row.ts';
import type { OracleTransfer } from './transfer-row.ts';
import type { World } from './world.ts';

export interface OnItsWay {
  readonly id: string;
  readonly source: InTransitSource;
  readonly reference: string;
  readonly expectedAt: string | null;
  readonly status: InTransitStatus;
  readonly lines: readonly Readonly<OracleExpectedLine>[];
}

export function allOnTheirWay(world: World): OnItsWay[] {
  const purchases = [...world.expected.values()].map((each): OnItsWay => ({ ...each, source: 'purchase' }));
  const shipped = [...world.transfers.values()].filter((each) => each.documentId !== null);
  return [...purchases, ...shipped.map(ofTransfer)];
}

function ofTransfer(transfer: OracleTransfer): OnItsWay {
  const { id, transferNo, toLocationId, expectedAt, state, parts } = transfer;
  const lines = transfer.lines.map(({ skuId, quantity }, at) => {
    const own = parts.filter((part) => part.line === at + 1);
    const received = own.reduce((sum, part) => sum + part.received, 0);
    const outstanding = own.reduce((sum, part) => sum + part.inTransit, 0);
    return { line: at + 1, skuId, locationId: toLocationId, quantity, received, outstanding };
  });
  // Taken back, or lost to the last unit.
  const hasFailed = state === 'cancelled' || (state === 'done' && parts.every((part) => part.received === 0));
  const status = hasFailed ? 'cancelled' : statusOf(lines);
  return {
    id,
    source: 'transfer',
    reference: transferNo,
    expectedAt: expectedAt && momentOf(expectedAt),
    status,
    lines,
  };
}

export function statusOf(lines: readonly Readonly<OracleExpectedLine>[]): InTransitStatus {
  if (lines.every((line) => line.outstanding === 0)) return 'received';
  return lines.some((line) => line.received > 0) ? 'partlyReceived' : 'expected';
}

/** As every moment is told: in UTC, with microseconds. */
export function momentOf(instant: string): string {
  return new Date(instant).toISOString().replace('Z', '000Z');
}

export interface OpenLine {
  readonly id: string;
  readonly expectedAt: string | null;
  readonly locationId: string;
  readonly outstanding: number;
}

/** What of a SKU is still to come, everywhere or at one place. */
export function openLines(world: World, of: { skuId: string; locationId?: string | null | undefined }): OpenLine[] {
  const place = of.locationId ?? undefined;
  return allOnTheirWay(world).flatMap(({ id, expectedAt, lines }) =>
    lines
      .filter((line) => line.outstanding > 0 && line.skuId === of.skuId)
      .filter((line) => place === undefined || line.locationId === place)
      .map(({ locationId, outstanding }) => ({ id, expectedAt, locationId, outstanding })),
  );
}

/** The nearest time, and everything of that time; what has no time comes last. */
export function nextSupplyOf(open: readonly OpenLine[]): NextSupply | undefined {
  if (open.length === 0) return undefined;
  const [expectedAt = null] = open.flatMap((line) => line.expectedAt ?? []).toSorted();
  const same = open.filter((line) => line.expectedAt === expectedAt);
  return { expectedAt, quantity: same.reduce((sum, line) => sum + line.outstanding, 0) };
}
