/** Reads the Redis stream from its beginning, as any other program would, and keeps a journal of it. */
import { Redis } from 'ioredis';
import type { StockEvent } from '@granary/contracts/event';
import type { Order, Report, StreamOrders } from './message.ts';
import { note, noteOf } from './note.ts';

const report = (message: Report) => process.send?.(message);
const BLOCK_MS = 100;
const MOST = 500;
let isFinishing = false;

process.on('disconnect', () => process.exit(1));
process.on('message', (order: Order) => {
  if (order.kind === 'finish') isFinishing = true;
  if (order.kind === 'read')
    read(order.orders).catch((error: unknown) => report({ kind: 'failed', message: String(error) }));
});

async function read({ redisUrl, key, journal }: StreamOrders): Promise<void> {
  const redis = new Redis(redisUrl);
  report({ kind: 'ready' });
  for (let after = '0'; ;) {
    // What finishing was asked after was in the stream by then.
    const isLast = isFinishing;
    const found = await redis.xread('COUNT', MOST, 'BLOCK', BLOCK_MS, 'STREAMS', key, after);
    const entries = found?.[0]?.[1] ?? [];
    note(journal, ...entries.map(([, fields]) => noteOf(eventIn(fields), true)));
    after = entries.at(-1)?.[0] ?? after;
    if (entries.length > 0) report({ kind: 'heard' });
    else if (isLast) break;
  }
  redis.disconnect();
  process.exit(0);
}

function eventIn(fields: readonly string[]): StockEvent {
  return JSON.parse(fields[fields.indexOf('event') + 1] ?? '') as StockEvent; // Published by the worker alone.
}
