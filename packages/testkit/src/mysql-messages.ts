/** Messages between a client and a database, byte by byte, for a proxy that speaks in the place of one of them. */

const HEADER_BYTES = 4;
const COM_QUERY = 0x03;
const FAILURE = 0xff;

/** The message that commits; SET … READ COMMITTED is none. */
export function isCommit(message: Buffer): boolean {
  return message.subarray(-6).toString() === 'COMMIT';
}

/** A client's statement. */
export function statement(sql: string): Buffer {
  return packet(0, Buffer.concat([Buffer.from([COM_QUERY]), Buffer.from(sql)]));
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
