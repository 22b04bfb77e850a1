/** Files of rows where attributes are sensitive: their text is sealed while it waits to be read, and every row before it is kept. */
import type { Attributes } from '@granary/contracts/attributes';
import type { ImportError, ImportKind } from '@granary/contracts/import';
import { GranaryError } from '@granary/contracts/error';
import type { ImportLineRow } from '../entities/import.ts';
import { invalid } from '../rules/import-line.ts';
import { batchPlace, skuPlace } from '../rules/sealed-attributes.ts';
import { sealedInput } from './attribute-sealing.ts';
import type { Engine } from './execution.ts';
import { readyBox } from './webhook-secret.ts';

/** No text of a file begins so. */
const MARK = '\0sealed:';
const NEED = 'Files with sensitive attributes need a key that they are sealed with';

/** What is kept of a text of a file: itself, unless it may hold something sensitive. `place` names the row that keeps it. */
export function keptText({ config, ports }: Engine, text: string, place: string): string {
  if (config.sensitiveAttributes.length === 0 || text === '') return text;
  return MARK + readyBox(ports, NEED).seal(text, place);
}

export function openedText({ ports }: Engine, kept: string, place: string): string {
  return kept.startsWith(MARK) ? readyBox(ports, NEED).open(kept.slice(MARK.length), place) : kept;
}

export const partPlace = (importId: string, partNo: number): string => `import:${importId}:${partNo}`;
export const carryPlace = (importId: string): string => `import:${importId}:carry`;

/** The row with its sensitive attributes sealed, or what is wrong with those that are sealed already. */
export function sealedLine(engine: Engine, kind: ImportKind, line: ImportLineRow): ImportLineRow | ImportError {
  if (!line.data.includes('"attributes"')) return line;
  const { value, ...rest } = JSON.parse(line.data) as { value: { skuId: string; attributes?: Attributes } };
  const place = kind === 'skus' ? skuPlace : batchPlace;
  try {
    const sealed = sealedInput(engine, value, { place: (name) => place(value.skuId, name) });
    return sealed === value ? line : { ...line, data: JSON.stringify({ value: sealed, ...rest }) };
  } catch (error) {
    if (error instanceof GranaryError && error.kind === 'validation')
      return invalid(line.rowNo, 'attributes', error.message);
    throw error;
  }
}
