/** The api and worker processes of a site: the programs that are deployed, started as programs, behind one address. */
import { createServer, type AddressInfo } from 'node:net';
import { openRelay } from '../fleet/relay.ts';
import { environment } from '../surroundings.ts';
import { waitUntilReady } from '../up/ready.ts';
import { type Service, startService } from '../up/service.ts';

export interface Programs {
  /** One address for all api processes: each connection goes to the next one that is not known to be dead. */
  readonly url: string;
  readonly apis: readonly Service[];
  /** Of each api process by itself. */
  readonly apiUrls: readonly string[];
  readonly workers: readonly Service[];
  startApi(): Promise<Service>;
  startWorker(): Service;
  /** Kills it; a balancer hears of that by its own means. */
  kill(service: Service): Promise<void>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const GRACE_MS = 12_000;

export async function openPrograms(settings: Readonly<Record<string, string>>): Promise<Programs> {
  const apis = new Map<Service, string>();
  const workers = new Set<Service>();
  let turn = 0;
  const relay = await openRelay(() => [...apis.values()][(turn += 1) % apis.size] ?? 'http://127.0.0.1:1');
  // Nothing of the person's own settings, and nothing of their databases.
  const base = { PATH: environment()['PATH'], LOG_LEVEL: 'silent', ...settings };
  return {
    url: `http://127.0.0.1:${relay.port}`,
    get apis() {
      return [...apis.keys()];
    },
    get apiUrls() {
      return [...apis.values()];
    },
    get workers() {
      return [...workers];
    },
    async startApi() {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const service = startService('an api', 'apps/api/dist/main.js', { ...base, PORT: String(port) });
      const patience = {
        services: [service],
        timeoutMs: READY_WITHIN_MS,
        signal: AbortSignal.timeout(READY_WITHIN_MS),
      };
      await waitUntilReady(url, patience).catch(async (error: unknown) => {
        await service.kill();
        throw error;
      });
      apis.set(service, url);
      return service;
    },
    startWorker() {
      const service = startService('a worker', 'apps/worker/dist/main.js', base);
      workers.add(service);
      return service;
    },
    async kill(service) {
      await service.kill();
      apis.delete(service);
      workers.delete(service);
    },
    async stop() {
      await Promise.all([...apis.keys(), ...workers].map((service) => service.stop(GRACE_MS)));
      await relay.shut();
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  await new Promise((resolve) => server.close(resolve));
  return port;
}
