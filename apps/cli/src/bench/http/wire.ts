/**
 * Kept-alive connections that carry calls of /trpc as text, and read no more of an answer than its status: the client
 * shares the processors with the server, so whatever it does besides would be measured too.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Wire {
  /** The status of the answer. One at a time: whoever asks waits. */
  send(path: string, body: string): Promise<number>;
  close(): void;
}

export async function openWire(port: number): Promise<Wire> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.setEncoding('latin1');
  await once(socket, 'connect');
  const next = answersOf(socket);
  return {
    send(path, body) {
      const answer = next();
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
      return answer;
    },
    close: () => socket.destroy(),
  };
}

interface Waiting {
  readonly resolve: (status: number) => void;
  readonly reject: (error: Error) => void;
}

function answersOf(socket: Socket): () => Promise<number> {
  let text = '';
  let waiting: Waiting | undefined;
  socket.on('data', (piece: string) => {
    text += piece;
    if (!isWhole(text)) return;
    const status = Number(text.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
    text = '';
    waiting?.resolve(status);
  });
  socket.on('close', () => waiting?.reject(new Error('the server hung up')));
  // What went wrong is told by the close that follows.
  socket.on('error', () => undefined);
  return () =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
    });
}

/** The standard way answers in pieces, whose end is an empty one; JSON holds no line break. */
function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head === -1) return false;
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(text) ?? [];
  // The texts are of ASCII, so that characters are bytes.
  return length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length === head + 4 + Number(length);
}
