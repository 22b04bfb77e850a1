/** Server-sent events cut into pieces in every way that a network cuts. */
import { expect, test } from 'vitest';
import { type EventFrame, eventFrames } from './event-frames.ts';

async function read(pieces: readonly Uint8Array[]): Promise<{ frames: EventFrame[]; heard: number }> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const frames: EventFrame[] = [];
  let heard = 0;
  for await (const frame of eventFrames(body, () => (heard += 1))) frames.push(frame);
  return { frames, heard };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text =
  ': a comment\n\nevent: level\nid: 1-0\ndata: {"sku":"杯子"}\n\ndata: first\ndata:second\nretry: 5\n\nevent: ping\ndata: \n\n\n\nid\nfoo\n\n';
const expected: EventFrame[] = [
  { event: 'level', id: '1-0', data: '{"sku":"杯子"}' },
  { event: 'message', id: '', data: 'first\nsecond' },
  { event: 'ping', id: '', data: '' },
];

test.each([
  ['\n', text],
  ['\r\n', text.replaceAll('\n', '\r\n')],
  ['\r', text.replaceAll('\n', '\r')],
])('are the same wherever they are cut, with line ends of %j', async (_what, whole) => {
  const all = bytes(`${whole}data: the last one\n`);
  for (let at = 0; at <= all.length; at += 1)
    expect([at, (await read([all.slice(0, at), all.slice(at)])).frames]).toEqual([at, expected]);
  const { frames, heard } = await read([...all].map((byte) => Uint8Array.of(byte)));
  expect(frames).toEqual(expected);
  expect(heard).toBe(all.length);
});
