/** What a webhook's address may look like. Where its name leads to is a matter of each connection: see webhook-lookup.ts. */
import { isIP } from 'node:net';
import type { WebhookUrlProblem } from '@granary/domain/ports/webhook-sender';
import { whyNotPublic } from './private-address.ts';

export interface WebhookUrlRules {
  /** For local development and tests: http, any port and private addresses as well. */
  readonly allowPrivate: boolean;
}

const MAX_LENGTH = 2_048;
const HTTPS_PORT = 443;
const FIRST_FREE_PORT = 1_024;

/** Above the reserved ports, where services listen that take an HTTP request for a command or have no business with events. */
const SERVICE_PORTS = new Set([
  1433, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5672,
  5984, 6000, 6379, 6380, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9042, 9092, 9200, 9300, 10_080, 10_250,
  11_211, 27_017, 27_018, 33_060,
]);

/** Names that mean this machine or this network wherever they are asked for. */
const LOCAL_NAME = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home\.arpa)$/;

export function createWebhookUrlCheck(rules: WebhookUrlRules): WebhookUrlProblem {
  return (text) => {
    if (text.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`;
    if (!URL.canParse(text)) return 'it is no absolute URL, such as https://shop.example.com/hooks';
    const url = new URL(text);
    return formProblem(url, rules) ?? (rules.allowPrivate ? undefined : targetProblem(url));
  };
}

/** The address in a URL, without the brackets of IPv6; undefined for a name. URL has brought 0x7f.1 and 2130706433 into one form. */
export function addressIn(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? undefined : host;
}

function formProblem(url: URL, { allowPrivate }: WebhookUrlRules): string | undefined {
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:'))
    return allowPrivate ? 'it begins with neither https:// nor http://' : 'it does not begin with https://';
  if (url.username !== '' || url.password !== '')
    return 'it holds a user name or a password, which would be kept and logged in clear; the signature proves who sent it';
  if (url.hash !== '') return 'it ends in a #fragment, which is never sent';
  return undefined;
}

function targetProblem(url: URL): string | undefined {
  const port = url.port === '' ? HTTPS_PORT : Number(url.port);
  if (port !== HTTPS_PORT && (port < FIRST_FREE_PORT || SERVICE_PORTS.has(port)))
    return `port ${port} is not open to webhooks; use 443, or one above 1023 that no well-known service has`;
  const address = addressIn(url);
  if (address !== undefined) {
    const why = whyNotPublic(address);
    return why === undefined ? undefined : `${address} is not a public address (${why})`;
  }
  const name = url.hostname.replace(/\.+$/, '');
  if (!name.includes('.') || LOCAL_NAME.test(name))
    return `"${name}" is a name of this machine or this network, not of the public internet`;
  return undefined;
}
