/** `up`: migrates, starts api and worker, loads the sample into a Granary of our own that is empty, and says what to try. */
import { createServer, type AddressInfo } from 'node:net';
import { createClient, type GranaryClient } from '@granary/client';
import { migrations } from '@granary/platform/schema';
import { type Config, readConfig } from '@granary/platform/env';
import { createLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { type CommandContext, defineCommand, PlainError } from '../command.ts';
import { withEngineInUse } from '../fleet/engine-in-use.ts';
import { createSample, isEmpty } from '../sample/loader.ts';
import { environment, serversAreOurs } from '../surroundings.ts';
import { hasToken, makeFirstToken, withPassingToken } from '../up/first-token.ts';
import { waitUntilReady } from '../up/ready.ts';
import { startService } from '../up/service.ts';
import { skuInStock, welcome } from '../up/welcome.ts';

const READY_TIMEOUT_MS = 60_000;
const SAMPLE_SEED = 1;
/** Beyond the grace that the processes give themselves. */
const EXTRA_GRACE_MS = 2000;

export const command = defineCommand({
  name: 'up',
  summary: 'Starts Granary (api and worker) on the servers that the environment names; npm start calls it',
  options: { 'no-sample': { type: 'boolean', description: 'Leave an empty Granary empty' } },
  async run(context) {
    const config = readConfig();
    const port = await portToUse(config);
    await migrated(config, context);
    const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    const env = { ...environment(), PORT: String(port), LOG_LEVEL: environment()['LOG_LEVEL'] ?? 'warn' };
    const services = [
      startService('the api', 'apps/api/dist/main.js', env),
      startService('the worker', 'apps/worker/dist/main.js', { ...env, ...besides(config) }),
    ];
    try {
      await waitUntilReady(url, { services, timeoutMs: READY_TIMEOUT_MS, signal: context.signal });
      await furnishAndWelcome(url, config, { ...context, withSample: !context.values['no-sample'] });
      const how = await Promise.race([aborted(context.signal), ...services.map(({ ended }) => ended)]);
      if (how !== undefined) throw new PlainError(`Granary stopped by itself: ${how}. What it said is above.`);
      return { ok: true, figures: { url } };
    } catch (error) {
      if (context.signal.aborted) return { ok: true, figures: { url } };
      throw error;
    } finally {
      await Promise.all(services.map((service) => service.stop(config.shutdownGraceMs + EXTRA_GRACE_MS)));
    }
  },
});

/** Each process tells its metrics on a port of its own. */
function besides({ metricsPort }: Config): NodeJS.ProcessEnv {
  return metricsPort === undefined || metricsPort === 0 ? {} : { GRANARY_METRICS_PORT: String(metricsPort + 1) };
}

interface Furnishing extends Pick<CommandContext, 'say' | 'progress' | 'signal'> {
  readonly withSample: boolean;
}

/** A database of somebody else's is given nothing: neither a sample nor a token. */
async function furnishAndWelcome(url: string, { access }: Config, context: Furnishing): Promise<void> {
  await withEngineInUse('up', async ({ domain }) => {
    const isFirst = serversAreOurs() && !(await hasToken(domain));
    const furnish = async (token?: string): Promise<string | undefined> => {
      const client = createClient({ url, ...(token === undefined ? {} : { token }) });
      if (serversAreOurs() && context.withSample && (await isEmpty(client))) await fill(client, context);
      return await skuInStock(client);
    };
    const skuId = access === 'local' ? await furnish() : await withPassingToken(domain, furnish);
    // Last, so that nothing which goes wrong before can lose a token that is told once.
    const token = isFirst ? await makeFirstToken(domain) : undefined;
    context.say(welcome({ url, skuId, access, token }));
  });
}

async function migrated(config: Config, { say }: CommandContext): Promise<void> {
  const log = createLog({ level: 'warn', name: 'up', to: 'stderr' });
  const { applied } = await migrate({ url: config.databaseUrl, migrations, log });
  if (applied.length > 0) say(`the schema is new: ${applied.join(', ')}`);
}

async function fill(client: GranaryClient, { progress, signal }: Furnishing): Promise<void> {
  const sample = createSample({ seed: SAMPLE_SEED, now: new Date() });
  const bar = progress('loading the sample', sample.total);
  await sample.load({ client, signal, onProgress: (done) => bar.at(done) });
  bar.end();
}

/** Asks before anything is started, so that a taken port is told in one sentence. Port 0 becomes a free one. */
async function portToUse({ host, port }: Config): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const free = port + 1;
      reject(
        error.code === 'EADDRINUSE'
          ? new PlainError(
              `Port ${port} is taken by another program. Stop it, or use another one: PORT=${free} npm start`,
            )
          : error,
      );
    });
    server.listen(port, host, () => {
      const { port: chosen } = server.address() as AddressInfo; // A TCP server that listens has one.
      server.close(() => resolve(chosen));
    });
  });
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined));
  });
}
