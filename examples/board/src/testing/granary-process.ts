/** The api as a process of its own, which a test may stop, kill and start again; and a door in front of several of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createRequire } from 'node:module';

const program = createRequire(import.meta.url).resolve('@granary/api/main');

export interface ApiProcess {
  readonly port: number;
  /** Ends it with this signal and waits until it has gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

export async function startApiProcess(env: Readonly<Record<string, string>>): Promise<ApiProcess> {
  const child: ChildProcess = spawn(process.execPath, [program], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  while (!said.includes('"url"')) {
    if (child.exitCode !== null) throw new Error(`the api ended: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const [, port = ''] = /"url":"http:\/\/[^:]+:(\d+)"/.exec(said) ?? [];
  return {
    port: Number(port),
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exited;
    },
  };
}

export interface Door {
  readonly url: string;
  /** Where new connections go, the first that answers. */
  lead(ports: readonly number[]): void;
  /** Breaks every connection that is open now. */
  cutAll(): number;
  close(): void;
}

/** As a balancer does: it knows the processes, and passes on to one that takes the connection. */
export async function openDoor(): Promise<Door> {
  let ports: readonly number[] = [];
  const open = new Set<Socket>();
  const server = createServer((inside) => {
    void reach(ports).then((outside) => {
      if (outside === undefined) return void inside.destroy();
      for (const [from, to] of [
        [inside, outside],
        [outside, inside],
      ] as const) {
        open.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          open.delete(from);
          to.destroy();
        });
      }
    });
    inside.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    lead: (to) => (ports = to),
    cutAll() {
      const count = open.size / 2;
      for (const socket of open) socket.destroy();
      return count;
    },
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

async function reach(ports: readonly number[]): Promise<Socket | undefined> {
  for (const port of ports) {
    const socket = connect(port, '127.0.0.1');
    const answered = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    if (answered) return socket;
  }
  return undefined;
}
