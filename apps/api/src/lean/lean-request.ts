/**
 * Tells whether a request is an ordinary call in the wire format of tRPC, and reads it. Whatever is unusual, wrong or
 * unknown is none: the standard adapter and the guards before it answer that, so no rule of theirs is repeated here.
 */
import type { IncomingMessage } from 'node:http';
import { isTooDeep } from '../json-depth.ts';
import { JSON_UTF8 } from '../request-guard.ts';
import { MAX_BATCH, MAX_BODY_BYTES, MAX_HEADERS, MAX_URL } from '../transport-refusal.ts';

export type CallType = 'query' | 'mutation';

export interface LeanHead {
  /** Of procedures that there are, all of one type. */
  readonly paths: readonly string[];
  readonly isBatch: boolean;
  readonly type: CallType;
  /** The input of a GET, as JSON; undefined when it has none, or when the input is the body. */
  readonly urlInput: string | undefined;
}

/** `/trpc/stock.check?input=…`, `/trpc/a.b,c.d?batch=1&input=…`: as encodeURIComponent writes them, and in no other order. */
const CALL =
  /^\/trpc\/(?<names>[\w.,]+)(?:\?(?:(?<bare>batch=1)|(?<batch>batch=1&)?input=(?<input>[\w%.~!*'()+-]*)))?$/;

/** `types` are those of all procedures by path, without streams. */
export function leanHeadOf(
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>,
  types: ReadonlyMap<string, CallType>,
): LeanHead | undefined {
  const { method, url = '', headers, rawHeaders } = request;
  if (url.length > MAX_URL || rawHeaders.length / 2 > MAX_HEADERS) return undefined;
  const { names = '', bare, batch, input } = CALL.exec(url)?.groups ?? {};
  const isBatch = bare !== undefined || batch !== undefined;
  const paths = isBatch ? names.split(',') : [names];
  const type = paths.length > MAX_BATCH ? undefined : typeOf(paths, types);
  if (type === undefined || asksForStream(headers) || !URL.canParse(`http://${headers.host}`)) return undefined;
  const head = { paths, isBatch, type };
  if (method === 'GET') {
    if (type !== 'query' || hasBody(headers)) return undefined;
    const urlInput = decoded(input ?? '');
    return urlInput === undefined ? undefined : { ...head, urlInput: urlInput === '' ? undefined : urlInput };
  }
  return method === 'POST' && input === undefined && hasJsonBody(headers)
    ? { ...head, urlInput: undefined }
    : undefined;
}

/** The input of each call, or undefined when the text is not that of an ordinary call. */
export function leanInputsOf(text: string, { paths, isBatch }: LeanHead): readonly unknown[] | undefined {
  const value = isTooDeep(text) ? undefined : parsed(text);
  if (value === undefined) return undefined;
  if (!isBatch) return [value];
  return isRecord(value) ? paths.map((_path, at) => value[at]) : undefined;
}

function typeOf([first = '', ...others]: readonly string[], types: ReadonlyMap<string, CallType>) {
  const type = types.get(first);
  return others.every((path) => types.get(path) === type) ? type : undefined;
}

function asksForStream(headers: IncomingMessage['headers']): boolean {
  return headers['trpc-accept'] !== undefined || headers.accept?.includes('jsonl') === true;
}

/** A GET with a body, or with the type of one, is read otherwise by each. */
function hasBody(headers: IncomingMessage['headers']): boolean {
  return [headers['content-type'], headers['content-length'], headers['transfer-encoding']].some(
    (value) => value !== undefined,
  );
}

function hasJsonBody(headers: IncomingMessage['headers']): boolean {
  const length = Number(headers['content-length'] ?? 0);
  return (
    length > 0 &&
    length <= MAX_BODY_BYTES &&
    headers['transfer-encoding'] === undefined &&
    headers['content-encoding'] === undefined &&
    JSON_UTF8.test(headers['content-type'] ?? '')
  );
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** Undefined stands for no JSON: no text of JSON means it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<number, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
