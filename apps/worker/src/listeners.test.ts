import type { StockEvent } from '@granary/contracts/event';
import type { Untaken } from '@granary/domain/events/hand-over';
import { describe, expect, it } from 'vitest';
import { createListeners, type Listeners, type ListenersOptions } from './listeners.ts';

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
const quiet = (more: Partial<ListenersOptions> = {}) => createListeners({ log: () => undefined, ...more });
const ids = (left: readonly Untaken[]) => left.map((each) => each.event.id);

/** Hands over to the one listener there is, as the relay does. */
async function hand(listeners: Listeners, given = events): Promise<readonly Untaken[]> {
  const [direct] = listeners.direct();
  return (await direct?.take(given)) ?? [];
}

describe('listeners', () => {
  it('are known to the relay under their names, with the types that they want', async () => {
    const listeners = quiet();
    const all: string[] = [];
    listeners.add({ name: 'all', types: 'all', handle: ({ id }) => void all.push(id) });
    listeners.add({ name: 'some', types: ['stock.reservation.released'], handle: () => undefined });
    expect(listeners.direct().map(({ name, types }) => [name, types])).toEqual([
      ['listener:all', 'all'],
      ['listener:some', ['stock.reservation.released']],
    ]);
    expect(await hand(listeners)).toEqual([]);
    expect(all).toEqual(events.map(({ id }) => id));
  });

  it('that fail leave that event, untried what follows along its aggregate, and take the rest', async () => {
    const listeners = quiet();
    const heard: string[] = [];
    listeners.add({
      name: 'shaky',
      types: 'all',
      handle: async ({ id }) => {
        if (id === 'reservation:a:1') throw new Error('not now');
        heard.push(id);
      },
    });
    const left = await hand(listeners);
    expect(heard).toEqual(['reservation:b:1', 'reservation:b:2']);
    expect(left.map(({ event: { id }, error, counts }) => [id, error, counts])).toEqual([
      ['reservation:a:1', 'not now', true],
      ['reservation:a:2', null, false],
    ]);
  });

  it('that hang do not hold up the relay, and are left alone until they answer', async () => {
    const listeners = quiet({ budgetMs: 50 });
    let answer: () => void = () => undefined;
    listeners.add({ name: 'hangs', types: 'all', handle: () => new Promise<void>((resolve) => (answer = resolve)) });
    const start = performance.now();
    expect(ids(await hand(listeners))).toEqual(events.map(({ id }) => id));
    expect((await hand(listeners)).map(({ error }) => error)).toEqual(events.map(() => null));
    expect(performance.now() - start).toBeLessThan(1_000);
    answer();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await hand(listeners)).map(({ error }) => error)).toEqual(['the listener took too long', null, null, null]);
  });

  it('are called with one event at a time, also while they are brought one again', async () => {
    const listeners = quiet();
    let inside = 0;
    let most = 0;
    const handle = async () => {
      most = Math.max(most, (inside += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
    };
    listeners.add({ name: 'slow', types: 'all', handle });
    const again = events.map((each) => listeners.attempt('listener:slow', each));
    expect(ids(await hand(listeners))).toEqual(events.map(({ id }) => id));
    expect(await Promise.all(again)).toEqual(events.map(() => ({ ok: true })));
    expect(most).toBe(1);
  });

  it('that are taken away are brought nothing, and nothing is held against the event', async () => {
    const listeners = quiet();
    const remove = listeners.add({ name: 'gone', types: 'all', handle: () => Promise.reject(new Error('always')) });
    expect(await listeners.attempt('listener:gone', event('a', 1))).toMatchObject({ ok: false, error: 'always' });
    remove();
    expect(listeners.direct()).toEqual([]);
    expect(await listeners.attempt('listener:gone', event('a', 1))).toMatchObject({ ok: false, counts: false });
  });

  it('have names of their own', () => {
    const listeners = quiet();
    listeners.add({ name: 'one', types: 'all', handle: () => undefined });
    expect(() => listeners.add({ name: 'one', types: 'all', handle: () => undefined })).toThrow('already');
    expect(() => listeners.add({ name: 'x'.repeat(81), types: 'all', handle: () => undefined })).toThrow('1 to 80');
  });
});
