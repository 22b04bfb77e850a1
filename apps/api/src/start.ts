/** Opens Granary and the api over it: what main.ts does for a process, and tests and commands do within one. */
import type { Config } from '@granary/platform/env';
import { type Granary, type GranaryOverrides, openGranary } from '@granary/platform/granary';
import { createLog, type Log } from '@granary/platform/log';
import { startMetricsServer } from '@granary/platform/metrics/metrics-server';
import { databaseIdentity } from '@granary/platform/database-identity';
import { createRateLimiter } from '@granary/platform/rate/rate-limiter';
import { tracerInUse } from '@granary/platform/traces/tracer';
import { callCounter } from './call-counter.ts';
import type { RateLimits } from './limits/rate-gate.ts';
import { type Api, createApi } from './server.ts';

export interface RunningApi {
  readonly url: string;
  readonly port: number;
  readonly granary: Granary;
  /** Where /metrics is told, if it is. */
  readonly metricsPort: number | undefined;
  /** Lets what runs finish, then closes the api and what it stood on. Throws when work had to be cut off. */
  close(graceMs?: number): Promise<void>;
}

export async function startApi(config: Config, overrides: GranaryOverrides = {}): Promise<RunningApi> {
  const log = overrides.log ?? createLog({ level: config.logLevel, name: 'api' });
  const granary = await openGranary(config, { ...overrides, log });
  try {
    return await listenOver(granary, config, log);
  } catch (error) {
    await granary.close();
    throw error;
  }
}

/** Leaves nothing open but what it was given when it fails. */
async function listenOver(granary: Granary, config: Config, log: Log): Promise<RunningApi> {
  const api = createApi({
    domain: granary.domain,
    cost: granary.cost,
    requestDeadlineMs: config.requestDeadlineMs,
    access: config.access,
    publicCap: config.publicCap,
    leanHttp: config.leanHttp,
    rates: await ratesOf(config, granary, log),
    corsOrigins: config.corsOrigins,
    events: granary.eventStreamReader,
    defaultStrategy: config.defaultStrategy,
    ready: () => granary.ready(),
    log,
    countCall: callCounter(granary.metrics, log),
    tracer: tracerInUse(),
  });
  const told = await startMetricsServer(config, granary.metrics);
  try {
    const { url, port } = await api.listen(config.port, config.host);
    const close = async (graceMs?: number) => {
      try {
        await closeBoth(api, granary, graceMs);
      } finally {
        await told?.close();
      }
    };
    return { url, port, granary, metricsPort: told?.port, close };
  } catch (error) {
    await told?.close();
    throw error;
  }
}

/** Undefined when there is nothing to count. */
async function ratesOf(
  config: Config,
  { redis, dataSource, metrics }: Granary,
  log: Log,
): Promise<RateLimits | undefined> {
  const { rateAddress: perAddress, rateToken: perToken } = config;
  if (perAddress === 0 && (perToken === 0 || config.access === 'local')) return undefined;
  return {
    limiter: createRateLimiter({ redis, log, database: await databaseIdentity(dataSource) }),
    perAddress,
    perToken,
    countRefusal: (by) => metrics.add('granary_rate_refusals_total', { by }),
  };
}

/** First the api, so that nothing asks a pool that is gone. */
async function closeBoth(api: Pick<Api, 'close'>, granary: Pick<Granary, 'close'>, graceMs?: number): Promise<void> {
  const { cutOff } = await api.close(graceMs);
  await granary.close();
  if (cutOff > 0) throw new Error(`${cutOff} requests were cut off; their outcomes can be asked for by their keys`);
}
