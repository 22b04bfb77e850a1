/** What a principal with a scope of locations may name and see, and how it is told that something is not there for it. */
import { GranaryError } from '@granary/contracts/error';
import type { Permission } from '@granary/contracts/permission';
import { notFound } from '@granary/domain/refusal';
import { invalidInput } from '../input-issues.ts';

interface Located {
  readonly locationId: string;
}
interface WithLines {
  readonly lines: readonly Located[];
}

export type LocationScope = ReturnType<typeof createLocationScope>;

export function createLocationScope(locationIds: readonly string[]) {
  const own: ReadonlySet<string> = new Set(locationIds);
  const holds = ({ locationId }: Located): boolean => own.has(locationId);
  const holdsAll = ({ lines }: WithLines): boolean => lines.every(holds);
  /** The input names a location; one outside is as absent. */
  const named = ({ locationId }: { readonly locationId?: string | undefined }, path = 'locationId'): void => {
    if (locationId === undefined)
      throw invalidInput([{ path, message: 'must be named, as this token is limited to some locations' }]);
    if (!own.has(locationId)) throw notFound('location', locationId);
  };
  return {
    holds,
    holdsAll,
    named,
    namedInLines(lines: readonly { readonly locationId?: string | undefined }[]): void {
      for (const [at, line] of lines.entries()) named(line, `lines.${at}.locationId`);
    },
    only: <T extends Located>(rows: readonly T[]): T[] => rows.filter(holds),
  };
}

/** For what looks at all locations at once. */
export function needsEverywhere(permission: Permission): () => never {
  return () => {
    throw new GranaryError('notPermitted', {
      message: 'This call looks at every location, and this token is limited to some.',
      hint: 'Use a token without a scope of locations, or ask for one thing by its id.',
      details: { permission },
    });
  };
}
