/** Messages between a client and a database, byte by byte, for a proxy that speaks in the place of one of them. */

const HEADER_BYTES = 4;
const COM_QUERY = 0x03;
const FAILURE = 0xff;
/** What MySQL, and not MariaDB, is told before the text: none, and one set of them. */
const NO_ATTRIBUTES = Buffer.from([0, 1]);

/** The message that commits; SET … READ COMMITTED is none. */
export function isCommit(message: Buffer): boolean {
  return message.subarray(-6).toString() === 'COMMIT';
}

/** A client's statement, in the form that its connection has agreed upon, which is that of the original. */
export function statement(sql: string, original: Buffer): Buffer {
  const attributes = original.subarray(HEADER_BYTES + 1, HEADER_BYTES + 1 + NO_ATTRIBUTES.length);
  const between = attributes.equals(NO_ATTRIBUTES) ? NO_ATTRIBUTES : Buffer.alloc(0);
  return packet(0, Buffer.concat([Buffer.from([COM_QUERY]), between, Buffer.from(sql)]));
}

export interface ServerFailure {
  /** By which both engines call it, such as 1213. */
  readonly errno: number;
  /** Five characters, such as 40001. */
  readonly state: string;
  readonly text: string;
}

/** A server's answer to a statement that failed. */
export function failure({ errno, state, text }: ServerFailure): Buffer {
  const head = Buffer.alloc(3);
  head.writeUInt8(FAILURE);
  head.writeUInt16LE(errno, 1);
  return packet(1, Buffer.concat([head, Buffer.from(`#${state}${text}`)]));
}

/** Three bytes of length, one of sequence, then the payload. */
function packet(sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUIntLE(payload.length, 0, 3);
  header.writeUInt8(sequence, 3);
  return Buffer.concat([header, payload]);
}

const MORE_RESULTS = 0x0008;

/** Whether this piece of an answer ends with the OK of a statement that others follow: a packet of several is answered one by one. */
export function promisesMore(piece: Buffer): boolean {
  let last = piece.subarray(0, 0);
  for (let at = 0; at + HEADER_BYTES <= piece.length;) {
    const end = at + HEADER_BYTES + piece.readUIntLE(at, 3);
    last = piece.subarray(at + HEADER_BYTES, end);
    at = end;
  }
  if (last[0] !== 0) return false;
  // Behind the counts of rows and of the newest id.
  const status = afterNumber(last, afterNumber(last, 1));
  return last.length >= status + 2 && (last.readUInt16LE(status) & MORE_RESULTS) !== 0;
}

/** A number of MySQL says by its first byte how long it is. */
function afterNumber(packet: Buffer, at: number): number {
  const bytes: Readonly<Record<number, number>> = { 0xfc: 3, 0xfd: 4, 0xfe: 9 };
  return at + (bytes[packet[at] ?? 0] ?? 1);
}
