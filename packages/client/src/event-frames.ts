/** Reads server-sent events from the body of a response: neither Node 20 nor a header with a token knows EventSource. */

export interface EventFrame {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

type Body = NonNullable<Response['body']>;

/** `heard` is called for every piece that arrives, also for one that completes no event. */
export async function* eventFrames(body: Body, heard: () => void): AsyncGenerator<EventFrame, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      rest += decoder.decode(value as Uint8Array, { stream: true });
      // A return at the very end may be the first half of a line end.
      const whole = rest.endsWith('\r') ? rest.length - 1 : rest.length;
      const blocks = (rest.slice(0, whole).replace(/\r\n?/g, '\n') + rest.slice(whole)).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const frame = frameOf(block);
        if (frame !== undefined) yield frame;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** A block of comments alone is no event. */
function frameOf(block: string): EventFrame | undefined {
  let event = 'message';
  let id = '';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') event = value;
    else if (name === 'id') id = value;
    else if (name === 'data') data.push(value);
  }
  return data.length === 0 ? undefined : { event, id, data: data.join('\n') };
}
