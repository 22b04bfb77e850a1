/** Serves /metrics on a port of its own: what it tells is for the house, and the port of the api is for everybody. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics } from 'prom-client';
import type { Config } from '../env.ts';
import { ConfigError } from '../env.ts';
import type { MetricsRegistry } from './registry.ts';

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 5_000;

/** Undefined where no port is configured. Refuses the start when the port cannot be had. */
export async function startMetricsServer(
  { metricsPort, metricsHost }: Pick<Config, 'metricsPort' | 'metricsHost'>,
  metrics: MetricsRegistry,
): Promise<MetricsServer | undefined> {
  if (metricsPort === undefined) return undefined;
  // Memory, processor and event loop: measured only where somebody may read them.
  collectDefaultMetrics({ register: metrics.registry });
  const server = createServer((request, response) => {
    if (request.url !== '/metrics' || !['GET', 'HEAD'].includes(request.method ?? '')) {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.listen(metricsPort, metricsHost);
  await once(server, 'listening').catch((error: unknown) => {
    throw new ConfigError(
      `Granary does not start: /metrics cannot listen on port ${metricsPort} of ${metricsHost} (${codeOf(error)}). Fix: give each process of this machine a GRANARY_METRICS_PORT of its own.`,
    );
  });
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  return {
    port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
