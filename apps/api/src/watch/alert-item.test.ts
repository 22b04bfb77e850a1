/** Alerts in a watch: what a watcher is told, and which alerts are whose. */
import type { StockEvent } from '@granary/contracts/event';
import type { StreamEntry } from '@granary/platform/stream-entries';
import { describe, expect, test } from 'vitest';
import { createPickItem } from './level-item.ts';

const AT = '2026-11-20T10:00:00.000000Z';

const alert = (more: object = {}) => ({
  ...{ id: 'A1', kind: 'low', severity: 'warning', state: 'open', skuId: 'MUG', locationId: 'north', batchId: null },
  ...{ reservationId: null, value: 4, threshold: 10, message: '4 available', raisedAt: AT, acknowledgedAt: null },
  ...{ acknowledgedBy: null, resolvedAt: null, resolvedBy: null, resolveReason: null, version: 2, ...more },
});

function entryOf(after: object): StreamEntry {
  const event = { id: 'alert:A1:2', type: 'stock.alert', fromVersion: 1, recordedAt: AT, before: null, after };
  return { streamId: '1-0', eventId: event.id, type: 'stock.alert', event: () => event as unknown as StockEvent };
}

test('a watcher is told what an alert is about and which version it follows', () => {
  expect(createPickItem({}, null)(entryOf(alert()))).toEqual({
    ...{ kind: 'alert', alertId: 'A1', alertKind: 'low', severity: 'warning', state: 'open', skuId: 'MUG' },
    ...{ locationId: 'north', batchId: null, reservationId: null, value: 4, threshold: 10, message: '4 available' },
    ...{ version: 2, previousVersion: 1, recordedAt: AT, eventId: 'alert:A1:2' },
  });
});

test('one that cannot be understood is not passed over in silence', () => {
  expect(createPickItem({}, null)(entryOf({ id: 'A1' }))).toBe('unreadable');
});

const nowhere = { kind: 'reservationTimeouts', skuId: null, locationId: null };
describe('an alert', () => {
  test.each<[string, Parameters<typeof createPickItem>[0], readonly string[] | null, object, boolean]>([
    ['reaches who watches its SKU', { skuIds: ['MUG', 'CAP'] }, null, {}, true],
    ['does not reach who watches another', { skuIds: ['CAP'] }, null, {}, false],
    ['reaches who watches its location', { locationId: 'north' }, null, {}, true],
    ['does not reach who watches another location', { locationId: 'south' }, null, {}, false],
    ['reaches a token of its location', {}, ['north'], {}, true],
    ['does not reach a token of another location', {}, ['south'], {}, false],
    ['about all of the stock reaches who watches everything', {}, null, nowhere, true],
    ['about all of the stock does not reach who watches a SKU', { skuIds: ['MUG'] }, null, nowhere, false],
    ['about all of the stock does not reach a token of a location', {}, ['north'], nowhere, false],
  ])('%s', (...[, input, locationIds, more, expected]) => {
    expect(createPickItem(input, locationIds)(entryOf(alert(more))) !== undefined).toBe(expected);
  });
});
