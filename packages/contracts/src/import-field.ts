/** The columns that each kind of file may have, read off the schema of its rows. */
import type { z } from 'zod';
import { type ImportKind, importRows } from './import.ts';

/** How the text of a cell is read; `json` are lists and attributes. */
export type CellType = 'text' | 'number' | 'flag' | 'json';

export interface ImportField {
  readonly type: CellType;
  /** Every row must have it, so the column must be there. */
  readonly isNeeded: boolean;
}

const types: Readonly<Record<string, CellType>> = { number: 'number', boolean: 'flag', array: 'json', custom: 'json' };

/** By name, in the order of an API document. */
export function importFields(kind: ImportKind): ReadonlyMap<string, ImportField> {
  const shape: Readonly<Record<string, z.ZodType>> = importRows[kind].shape;
  return new Map(
    Object.entries(shape).map(([name, schema]) => {
      const isNeeded = !schema.safeParse(undefined).success;
      return [name, { isNeeded, type: types[baseType(schema)] ?? 'text' }];
    }),
  );
}

interface Definition {
  readonly type: string;
  readonly innerType?: { readonly def: Definition };
}

/** The type below whatever makes it optional. */
function baseType(schema: z.ZodType): string {
  let definition = schema.def as unknown as Definition;
  while (definition.innerType !== undefined) definition = definition.innerType.def;
  return definition.type;
}
