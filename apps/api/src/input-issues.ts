/** Turns what zod found wrong into the issues of INV_005: every one, each with a dotted path. */
import { GranaryError, type InputIssue } from '@granary/contracts/error';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** A body of 1 MB can hold a hundred thousand unknown keys; the answer must not be larger than the question. */
const MAX_ISSUES = 1_000;
const MAX_NAME = 64;

export function invalidInput(issues: readonly InputIssue[]): GranaryError<'validation'> {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return new GranaryError('validation', {
    message:
      first === undefined
        ? 'The input is not valid.'
        : `${first.path === '' ? 'input' : first.path}: ${first.message}${more}`,
    hint: 'Correct the fields named in details.issues and send the call again.',
    details: { issues },
  });
}

export function issuesOf(error: z.core.$ZodError): InputIssue[] {
  const found = error.issues.flatMap((issue) => spread(issue, issue.path));
  return found.slice(0, MAX_ISSUES);
}

/** One issue of zod may stand for several fields, and a union hides the issues of its branches. */
function spread(issue: Issue, path: Path): InputIssue[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys
        .slice(0, MAX_ISSUES)
        .map((key) => ({ path: dotted([...path, key]), message: 'is not a known field' }));
    case 'invalid_union': {
      // The last branch is the general one: `'' | identifier` is wrong in the way that an identifier is wrong.
      const branch = issue.errors.at(-1);
      if (branch !== undefined && branch.length > 0)
        return branch.flatMap((inner) => spread(inner, [...path, ...inner.path]));
      return [{ path: dotted(path), message: issue.message }];
    }
    default:
      return [{ path: dotted(path), message: issue.message }];
  }
}

/** `lines.3.quantity`; a name made up by the caller is cut. */
function dotted(path: Path): string {
  return path.map((part) => String(part).slice(0, MAX_NAME)).join('.');
}
