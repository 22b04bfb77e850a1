/** Reads DATABASE_URL into what the driver wants. Its complaints never repeat the URL, which holds a password. */
export interface DatabaseTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** A unix socket, used instead of host and port. */
  readonly socketPath: string | undefined;
  /** TLS with the server's certificate checked; without it the connection is plain. */
  readonly tls: boolean;
}

export type DatabaseUrlResult =
  | { readonly ok: true; readonly target: DatabaseTarget }
  | { readonly ok: false; readonly problem: string };

const DEFAULT_PORT = 3306;
const PARAMETERS = ['socket', 'tls'];

/** The one place that understands the URL; env.ts uses it to refuse a bad one at start. */
export function parseDatabaseUrl(text: string): DatabaseUrlResult {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'mysql:' && url.protocol !== 'mariadb:'))
    return problem('it does not begin with mysql:// or mariadb://, or is no URL');
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined)
    return problem(`it carries the parameter ${unknown}; only ${PARAMETERS.join(' and ')} are known`);
  const tls = url.searchParams.get('tls') ?? 'false';
  if (tls !== 'true' && tls !== 'false') return problem('its parameter tls is neither true nor false');
  const parts = decodeAll([url.username, url.password, url.pathname.slice(1)]);
  if (parts === undefined)
    return problem('a % in its user, password or database is not followed by two hexadecimal digits');
  const [user = '', password = '', database = ''] = parts;
  if (user === '') return problem('it names no user');
  if (database.length > 64 || database.includes('/'))
    return problem('its database name holds a / or is longer than 64 characters');
  const socketPath = url.searchParams.get('socket') ?? undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === '' && socketPath === undefined) return problem('it names no host');
  return {
    ok: true,
    target: {
      host,
      port: Number(url.port === '' ? DEFAULT_PORT : url.port),
      user,
      password,
      database,
      socketPath,
      tls: tls === 'true',
    },
  };
}

/** The target of a URL that env.ts has already accepted. */
export function databaseTarget(text: string): DatabaseTarget {
  const result = parseDatabaseUrl(text);
  if (!result.ok) throw new Error(`DATABASE_URL cannot be used: ${result.problem}`);
  return result.target;
}

/** How a target may be named in a message: everything but the password. */
export function describeTarget(target: DatabaseTarget): string {
  return `${target.user}@${target.socketPath ?? `${target.host}:${target.port}`}/${target.database}`;
}

function problem(text: string): DatabaseUrlResult {
  return { ok: false, problem: text };
}

function decodeAll(parts: readonly string[]): readonly string[] | undefined {
  try {
    return parts.map((part) => decodeURIComponent(part));
  } catch {
    return undefined;
  }
}
