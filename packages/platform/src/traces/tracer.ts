/** The spans that Granary makes itself, around what no instrumentation knows: procedures, units of work, flushes. */
import type { Tracer } from '@granary/domain/ports/tracer';
import { SpanStatusCode, trace } from '@opentelemetry/api';

let isOn = false;

/** Called by register.ts, before anything else of the process. */
export function startTracing(): void {
  isOn = true;
}

/** Undefined where nobody asked for traces: then they cost nothing. */
export function tracerInUse(): Tracer | undefined {
  if (!isOn) return undefined;
  const tracer = trace.getTracer('granary');
  return (name, facts, work) =>
    tracer.startActiveSpan(name, { attributes: facts }, async (span) => {
      try {
        return await work();
      } catch (error) {
        // Its message may hold what is the customer's.
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : typeof error });
        throw error;
      } finally {
        span.end();
      }
    });
}
