/** Cuts what a client sends into its messages, so that a fault can be aimed at one of them however TCP sliced the bytes. */
export type Protocol = 'mysql' | 'redis' | 'bytes';

/** Gives back every message that the chunk completes; what is left waits for the next chunk. */
export type Framer = (chunk: Buffer) => Buffer[];

const MYSQL_HEADER_BYTES = 4;

export function createFramer(protocol: Protocol): Framer {
  // A Redis client writes one command, or one pipeline, at a time; for a fault that is precise enough.
  return protocol === 'mysql' ? mysqlFramer() : (chunk) => [chunk];
}

/** A MySQL packet: three bytes of length, one of sequence, then the payload. */
function mysqlFramer(): Framer {
  let waiting: Buffer = Buffer.alloc(0);
  return (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    const messages: Buffer[] = [];
    while (waiting.length >= MYSQL_HEADER_BYTES) {
      const end = MYSQL_HEADER_BYTES + waiting.readUIntLE(0, 3);
      if (waiting.length < end) break;
      messages.push(waiting.subarray(0, end));
      waiting = waiting.subarray(end);
    }
    return messages;
  };
}
