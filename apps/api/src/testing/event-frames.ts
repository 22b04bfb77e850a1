/** Server-sent events as they come over the wire, for tests of what the wire holds. */
import { once } from 'node:events';
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

export interface Frame {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

export interface Frames {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** What has come so far, without pings and other comments. */
  readonly seen: Frame[];
  readonly pings: () => number;
  /** True when the server ended the stream as it should be ended. */
  readonly whole: Promise<boolean>;
  /** Hangs up. */
  cut(): void;
}

/** Every connection is one of its own, as a browser's may be. */
export async function openFrames(url: string, headers: Record<string, string> = {}): Promise<Frames> {
  const request = get(url, { headers, agent: false });
  // A connection that is cut on purpose is no failure.
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const seen: Frame[] = [];
  let pings = 0;
  let rest = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks.map((text) => text.trim()).filter((text) => text !== '')) {
      const frame = frameOf(block);
      if (frame === undefined) pings += 1;
      else seen.push(frame);
    }
  });
  response.on('error', () => undefined);
  const whole = new Promise<boolean>((resolve) => response.once('close', () => resolve(response.complete)));
  const { statusCode: status = 0 } = response;
  return { status, headers: response.headers, seen, pings: () => pings, whole, cut: () => request.destroy() };
}

/**
 * The status with which a stream begins or is refused, and in that case the refusal; then it is hung up. tRPC begins a
 * stream to say that there is none.
 */
export async function firstWord(
  url: string,
  headers: Record<string, string>,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const controller = new AbortController();
  const response = await fetch(url, { headers, signal: controller.signal });
  const { status } = response;
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true)
    return { status, body: await response.json() };
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!/^data: \{.*("kind"|"message")/m.test(text)) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) throw new Error(`the stream ended without a word: ${text}`);
    text += piece.value;
  }
  controller.abort();
  const [, shape] = /^event: serialized-error\ndata: (.*)$/m.exec(text) ?? [];
  if (shape === undefined) return { status, body: undefined };
  const error = JSON.parse(shape) as { readonly data: { readonly httpStatus: number } };
  return { status: error.data.httpStatus, body: { error } };
}

function frameOf(block: string): Frame | undefined {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1).replace(/^ /, '')];
    }),
  );
  const data = fields.get('data');
  if (data === undefined || fields.get('event') === 'ping') return undefined;
  return { event: fields.get('event') ?? 'message', id: fields.get('id'), data: data === '' ? '' : JSON.parse(data) };
}
