/** Refusals that only the REST door makes, because their advice speaks of its paths and methods. */
import { GranaryError } from '@granary/contracts/error';
import { redactText } from '@granary/platform/redact';

const QUOTED_LENGTH = 64;

export function unknownRestRoute(path: string): GranaryError<'unknownRoute'> {
  const shown = cut(redactText(path));
  return new GranaryError('unknownRoute', {
    message: `Nothing answers to the path "${shown}".`,
    hint: 'Call a procedure as /v1/<router>/<procedure>, such as /v1/stock/check; GET /v1/docs lists them all.',
    details: { path: shown },
  });
}

export function restMethodNotAllowed(method: string, allowed: readonly string[]): GranaryError<'methodNotAllowed'> {
  return new GranaryError('methodNotAllowed', {
    message: `${cut(method)} is not allowed here.`,
    hint: `Use ${allowed.join(' or ')}; GET never changes anything.`,
    details: { method: cut(method), allowed },
  });
}

/** An answer must not echo a large input. */
function cut(text: string): string {
  return text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
}
