/** Sends one request the standard way and the short way, and says what each answered and whether the short way was gone. */
import { ask } from '../../testing/stub-api.ts';

export interface Ways {
  /** The url of an api that has only the standard way. */
  readonly standard: string;
  /** The url of one with the short way before it, over the same engine. */
  readonly lean: string;
}

export interface Said {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface BothSaid {
  readonly standard: Said;
  readonly lean: Said;
  /** The standard way sends pieces without a length, the short way one whole. */
  readonly isLean: boolean;
}

/** Of the connection, not of the answer. */
const FRAMING = ['content-length', 'transfer-encoding', 'date', 'connection', 'keep-alive'];

export async function bothWays({ standard, lean }: Ways, path: string, init: RequestInit = {}): Promise<BothSaid> {
  // One id for both, as answers and logs hold it.
  const headers = new Headers(init.headers);
  if (!headers.has('x-request-id')) headers.set('x-request-id', 'both-ways');
  const first = await ask(`${standard}${path}`, { ...init, headers });
  const second = await ask(`${lean}${path}`, { ...init, headers });
  return { standard: said(first), lean: said(second), isLean: wasLean(second.headers, first.headers) };
}

function said({ status, text, headers }: Awaited<ReturnType<typeof ask>>): Said {
  return { status, text, headers: Object.fromEntries([...headers].filter(([name]) => !FRAMING.includes(name))) };
}

/** The guards of Express answer whole as well, so a length alone says nothing. */
function wasLean(lean: Headers, standard: Headers): boolean {
  return lean.has('content-length') && standard.has('transfer-encoding');
}
