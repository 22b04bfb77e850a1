/** A CSV file as an import takes it: its SHA-256, and its text in pieces that end between two characters. A piece at a time is in memory. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { PlainError } from '../command.ts';

/** Half of what a call takes would do; the same file must be cut in the same way when it is sent again. */
export const PIECE_CHARACTERS = 500_000;

export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(path)) hash.update(chunk);
  return hash.digest('hex');
}

export async function* piecesOf(path: string): AsyncGenerator<string> {
  // The mark at the beginning belongs to the file that was hashed.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for await (const chunk of chunksOf(path)) {
    text += decoded(decoder, chunk);
    while (text.length > PIECE_CHARACTERS) {
      const end = wholeEnd(text);
      yield text.slice(0, end);
      text = text.slice(end);
    }
  }
  text += decoded(decoder, undefined);
  if (text !== '') yield text;
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Buffer;
  } catch (error) {
    throw new PlainError(`The file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function decoded(decoder: TextDecoder, chunk: Buffer | undefined): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    throw new PlainError('The file is not UTF-8; save it as "CSV UTF-8" and try again.');
  }
}

/** A character of two halves is not cut. */
function wholeEnd(text: string): number {
  const last = text.charCodeAt(PIECE_CHARACTERS - 1);
  return last >= 0xd800 && last <= 0xdbff ? PIECE_CHARACTERS - 1 : PIECE_CHARACTERS;
}
