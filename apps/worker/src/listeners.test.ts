import type { StockEvent } from '@granary/contracts/event';
import { describe, expect, it } from 'vitest';
import { createListeners, ListenersBehind } from './listeners.ts';

function event(aggregate: string, version: number, type: StockEvent['type'] = 'stock.reserved'): StockEvent {
  return {
    id: `reservation:${aggregate}:${version}`,
    type,
    schemaVersion: 1,
    aggregate: { kind: 'reservation', id: aggregate },
    fromVersion: version - 1,
    toVersion: version,
    cause: { commandId: 'c', procedure: 'reservation.reserve', actor: 'local' },
    recordedAt: '2026-11-20T10:00:00.000000Z',
    before: null,
    after: null,
  };
}

const events = [event('a', 1), event('b', 1), event('a', 2), event('b', 2, 'stock.reservation.released')];
const quiet = () => createListeners(() => undefined);

describe('listeners', () => {
  it('get every event of the types they want, in order', async () => {
    const listeners = quiet();
    const all: string[] = [];
    const some: string[] = [];
    listeners.add({ name: 'all', types: 'all', handle: ({ id }) => void all.push(id) });
    listeners.add({ name: 'some', types: ['stock.reservation.released'], handle: ({ id }) => void some.push(id) });
    await listeners.deliver(events);
    expect(all).toEqual(events.map(({ id }) => id));
    expect(some).toEqual(['reservation:b:2']);
  });

  it('that fail get what they lack again; the others get no repeats, and the order of an aggregate holds', async () => {
    const listeners = quiet();
    const healthy: string[] = [];
    const shaky: string[] = [];
    let failures = 2;
    listeners.add({ name: 'healthy', types: 'all', handle: ({ id }) => void healthy.push(id) });
    listeners.add({
      name: 'shaky',
      types: 'all',
      handle: ({ id }) => {
        if (id === 'reservation:a:1' && failures-- > 0) throw new Error('not now');
        shaky.push(id);
      },
    });
    await expect(listeners.deliver(events)).rejects.toThrow(ListenersBehind);
    expect(shaky).toEqual(['reservation:b:1', 'reservation:b:2']);
    await expect(listeners.deliver([...events, event('b', 3)])).rejects.toThrow(ListenersBehind);
    await listeners.deliver([...events, event('b', 3)]);
    expect(shaky).toEqual([
      'reservation:b:1',
      'reservation:b:2',
      'reservation:b:3',
      'reservation:a:1',
      'reservation:a:2',
    ]);
    expect(healthy).toEqual([...events.map(({ id }) => id), 'reservation:b:3']);
  });

  it('that reject asynchronously are brought the event again, too', async () => {
    const listeners = quiet();
    let tries = 0;
    listeners.add({
      name: 'late',
      types: 'all',
      handle: () => (++tries === 1 ? Promise.reject(new Error('late')) : Promise.resolve()),
    });
    await expect(listeners.deliver(events.slice(0, 1))).rejects.toThrow(ListenersBehind);
    await listeners.deliver(events.slice(0, 1));
    expect(tries).toBe(2);
  });

  it('that were taken away are not waited for', async () => {
    const listeners = quiet();
    const remove = listeners.add({ name: 'gone', types: 'all', handle: () => Promise.reject(new Error('always')) });
    await expect(listeners.deliver(events)).rejects.toThrow(ListenersBehind);
    remove();
    await listeners.deliver(events);
  });

  it('may be none at all', async () => {
    await expect(quiet().deliver(events)).resolves.toBeUndefined();
  });
});
