/** Counts calls by procedure and outcome, measures how long they take, and logs them: the slow ones so that everybody sees. */
import type { Log } from '@granary/platform/log';
import type { MetricsRegistry } from '@granary/platform/metrics/registry';
import type { CountCall } from './context.ts';

/** A stream ends when its reader leaves, so how long it lasted says nothing. */
const UNTIMED = 'subscription';
const SLOW_MS = 1_000;

export function callCounter(metrics: MetricsRegistry, log: Log): CountCall {
  return ({ procedure, type, outcome, ms, requestId, actor }) => {
    metrics.add('granary_calls_total', { procedure, type, outcome });
    const isTimed = type !== UNTIMED;
    if (isTimed) metrics.observe('granary_call_duration_seconds', ms / 1000, { procedure, type });
    const facts = { requestId, actor, procedure, outcome, ms: Math.round(ms) };
    if (isTimed && ms >= SLOW_MS) log('warn', 'a call was slow', facts);
    else log('debug', 'a call ended', facts);
  };
}
