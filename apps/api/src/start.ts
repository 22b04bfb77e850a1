/** Opens Granary and the api over it: what main.ts does for a process, and tests and commands do within one. */
import type { Config } from '@granary/platform/env';
import { type Granary, type GranaryOverrides, openGranary } from '@granary/platform/granary';
import { createLog } from '@granary/platform/log';
import { type Api, createApi } from './server.ts';

export interface RunningApi {
  readonly url: string;
  readonly port: number;
  readonly granary: Granary;
  /** Lets what runs finish, then closes the api and what it stood on. Throws when work had to be cut off. */
  close(graceMs?: number): Promise<void>;
}

export async function startApi(config: Config, overrides: GranaryOverrides = {}): Promise<RunningApi> {
  const log = overrides.log ?? createLog({ level: config.logLevel, name: 'api' });
  const granary = await openGranary(config, { ...overrides, log });
  const api = createApi({
    domain: granary.domain,
    cost: granary.cost,
    requestDeadlineMs: config.requestDeadlineMs,
    access: config.access,
    publicCap: config.publicCap,
    events: granary.eventStreamReader,
    defaultStrategy: config.defaultStrategy,
    ready: () => granary.ready(),
    log,
  });
  try {
    const { url, port } = await api.listen(config.port, config.host);
    return { url, port, granary, close: (graceMs) => closeBoth(api, granary, graceMs) };
  } catch (error) {
    await granary.close();
    throw error;
  }
}

/** First the api, so that nothing asks a pool that is gone. */
async function closeBoth(api: Pick<Api, 'close'>, granary: Pick<Granary, 'close'>, graceMs?: number): Promise<void> {
  const { cutOff } = await api.close(graceMs);
  await granary.close();
  if (cutOff > 0) throw new Error(`${cutOff} requests were cut off; their outcomes can be asked for by their keys`);
}
