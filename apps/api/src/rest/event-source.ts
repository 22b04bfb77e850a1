/** Answers a REST call with a stream of server-sent events: what a browser's EventSource reads, and curl shows. */
import { once } from 'node:events';
import type { Response } from 'express';
import { isTrackedEnvelope } from '@trpc/server';
import type { GranaryError } from '@granary/contracts/error';
import { MAX_DURATION_MS, PING_MS } from '../watch/watch-times.ts';

export interface EventSourceFacts {
  readonly response: Response;
  readonly source: AsyncIterable<unknown>;
  /** Ends the source. */
  readonly leave: () => void;
  /** What went wrong, as it is told and logged. */
  readonly failureOf: (thrown: unknown) => GranaryError;
}

/** What a browser waits before it comes back. */
const RETRY_MS = 1_000;

/** Resolves when either side has ended it. */
export async function answerEvents({ response, source, leave, failureOf }: EventSourceFacts): Promise<void> {
  response.status(200).set({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    // The stream is the last thing on its connection: when it ends, the next one is made elsewhere if need be.
    connection: 'close',
  });
  response.flushHeaders();
  response.write(`retry: ${RETRY_MS}\n\n`);
  const ping = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': ping\n\n');
  }, PING_MS);
  const enough = setTimeout(leave, MAX_DURATION_MS);
  try {
    for await (const item of source) {
      if (!response.write(frameOf(item))) await drained(response);
    }
  } catch (thrown) {
    // It was left, or the process shuts down: nothing went wrong, and whoever listens comes back.
    if (!isLeft(thrown)) response.write(`event: failure\ndata: ${JSON.stringify(failureOf(thrown).toAnswer())}\n\n`);
  } finally {
    clearInterval(ping);
    clearTimeout(enough);
    response.end();
  }
}

/** The kind is the event's name, so that a page can listen to what it knows. */
function frameOf(item: unknown): string {
  if (!isTrackedEnvelope<unknown>(item)) return `data: ${JSON.stringify(item)}\n\n`;
  const [id, data] = item;
  const kind = typeof data === 'object' && data !== null && 'kind' in data ? `event: ${String(data.kind)}\n` : '';
  return `id: ${id}\n${kind}data: ${JSON.stringify(data)}\n\n`;
}

async function drained(response: Response): Promise<void> {
  if (response.destroyed) return;
  await Promise.race([once(response, 'drain'), once(response, 'close')]);
}

function isLeft(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}
