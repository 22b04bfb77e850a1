/**
 * Starts OpenTelemetry in a process: `node --import <this file> apps/api/dist/main.js`. It must be there before anything
 * that it looks into is imported, and does nothing unless OTEL_EXPORTER_OTLP_ENDPOINT (or …_TRACES_ENDPOINT) says where to.
 */
import { register } from 'node:module';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { MySQL2Instrumentation } from '@opentelemetry/instrumentation-mysql2';
import { defaultResource, detectResources, envDetector } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { startTracing } from './tracer.ts';

// eslint-disable-next-line node/no-process-env -- these variables are OpenTelemetry's, which reads them by itself
const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces } = process.env;
if ((endpoint ?? '') !== '' || (traces ?? '') !== '') start();

function start(): void {
  // Without the hook ES modules are imported past the instrumentations, and ioredis tells nothing.
  register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  registerInstrumentations({
    instrumentations: [
      // Webhooks carry no trace: whoever gets them is not of the house.
      new HttpInstrumentation({ disableOutgoingRequestInstrumentation: true }),
      // Values are the customer's data; the text of a statement and the name of a command say enough.
      new MySQL2Instrumentation({ maskStatement: true }),
      new IORedisInstrumentation({ dbStatementSerializer: (command) => command, requireParentSpan: true }),
    ],
  });
  startTracing();
  process.once('beforeExit', () => void provider.shutdown());
}
