/**
 * A door in front of a server, as an address that moves or a balancer is one: it can be shut, so that to whoever connects
 * through it the server has stopped, and it can lead elsewhere.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Relay {
  readonly port: number;
  /** Ends every connection. New ones go where the target says then. */
  cut(): void;
  /** Cuts every connection and refuses new ones. */
  shut(): Promise<void>;
}

/** @param target a URL, or what to ask for one at each new connection */
export async function openRelay(target: string | (() => string)): Promise<Relay> {
  const targetUrl = typeof target === 'string' ? () => target : target;
  const sockets = new Set<Socket>();
  const cut = () => sockets.forEach((socket) => socket.destroy());
  const server = createServer((incoming) => {
    const { hostname, port } = new URL(targetUrl());
    const outgoing = connect(Number(port), hostname);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        incoming.destroy();
        outgoing.destroy();
      });
    }
    incoming.pipe(outgoing).pipe(incoming);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port, // A TCP server that listens has one.
    cut,
    async shut() {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}
