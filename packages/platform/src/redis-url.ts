/**
 * Reads REDIS_URL: one server, which the client reads by itself, or the Sentinels that know which of several servers is the
 * master now. Complaints never repeat the URL, which may hold a password.
 */

export interface SentinelTarget {
  /** In the order given: the first that answers tells where the master is. */
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  /** What the Sentinels call the master. */
  readonly masterName: string;
  /** For the master; Sentinels themselves are asked without. */
  readonly user: string;
  readonly password: string;
  /** From 0 to 15. */
  readonly database: number;
  /** To the Sentinels and to the master. */
  readonly tls: boolean;
}

type Result<T> = { readonly ok: true; readonly target: T } | { readonly ok: false; readonly problem: string };

const DEFAULT_SENTINEL_PORT = 26_379;
const ONE_SERVER = /^rediss?:\/\/[^/]+(\/(\d|1[0-5])?)?$/;
const SENTINELS =
  /^redis(?<secure>s?)\+sentinel:\/\/((?<user>[^:@/]*):(?<password>[^@/]*)@)?(?<hosts>[^@/]+)\/(?<name>[\w.-]+)(\/(?<database>\d|1[0-5])?)?$/;

/** What is wrong with a REDIS_URL; undefined when it can be used. */
export function redisUrlProblem(text: string): string | undefined {
  if (ONE_SERVER.test(text) && URL.canParse(text)) return undefined;
  if (!/^rediss?\+sentinel:/.test(text)) return 'it is no redis://, rediss:// or redis+sentinel:// URL';
  const result = parseSentinels(text);
  return result.ok ? undefined : result.problem;
}

/** Of a URL without problem: the Sentinels it names, or undefined when it names one server. */
export function sentinelTarget(text: string): SentinelTarget | undefined {
  if (ONE_SERVER.test(text)) return undefined;
  const result = parseSentinels(text);
  if (!result.ok) throw new Error(`REDIS_URL cannot be used: ${result.problem}`);
  return result.target;
}

function parseSentinels(text: string): Result<SentinelTarget> {
  const found = SENTINELS.exec(text)?.groups;
  if (found === undefined) return { ok: false, problem: 'it does not name Sentinels and, after a /, their master' };
  const sentinels = (found['hosts'] ?? '').split(',').flatMap(addressOf);
  if (sentinels.length !== found['hosts']?.split(',').length)
    return { ok: false, problem: 'one of its Sentinels is no host:port' };
  const [user, password] = [found['user'], found['password']].map(decode);
  if (user === undefined || password === undefined)
    return { ok: false, problem: 'a % in its user or password is not followed by two hexadecimal digits' };
  const { name: masterName = '', secure, database = '0' } = found;
  return {
    ok: true,
    target: { sentinels, masterName, user, password, database: Number(database), tls: secure === 's' },
  };
}

/** A list of one, or of none when it is no address. */
function addressOf(text: string): SentinelTarget['sentinels'] {
  const url = URL.canParse(`redis://${text}`) ? new URL(`redis://${text}`) : undefined;
  if (url === undefined || url.hostname === '' || url.host !== text) return [];
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return [{ host, port: url.port === '' ? DEFAULT_SENTINEL_PORT : Number(url.port) }];
}

function decode(text = ''): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
