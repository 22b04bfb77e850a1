/** The numbers of truth vectors: decimal strings, and fractions where a decimal would not end. Compared exactly. */

export interface Exact {
  readonly top: bigint;
  /** Always positive. */
  readonly bottom: bigint;
}

/** `"12.50"`, `12`, or `{ dec, frac }`, of which the fraction counts. */
export type WrittenNumber = string | number | { readonly dec: string; readonly frac?: string };

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;
const SHOWN_DECIMALS = 8;

export function exact(written: WrittenNumber): Exact {
  const text = typeof written === 'object' ? (written.frac ?? written.dec) : String(written);
  const [top = '', bottom] = text.split('/');
  const above = decimal(top);
  if (bottom === undefined) return above;
  const below = decimal(bottom);
  return { top: above.top * below.bottom, bottom: above.bottom * below.top };
}

export function isNumber(value: unknown): value is WrittenNumber {
  if (typeof value === 'object' && value !== null) return 'dec' in value && typeof value.dec === 'string';
  return typeof value === 'number' || (typeof value === 'string' && DECIMAL.test(value));
}

/** How many decimals it is written with. */
export const decimalsOf = (written: WrittenNumber): number => DECIMAL.exec(String(written))?.[3]?.length ?? 0;

/** |a - b| <= tolerance. */
export function close(a: Exact, b: Exact, tolerance: Exact): boolean {
  const difference = a.top * b.bottom - b.top * a.bottom;
  const magnitude = difference < 0n ? -difference : difference;
  return magnitude * tolerance.bottom <= tolerance.top * a.bottom * b.bottom;
}

/** For a report: at most 8 decimals, cut off. */
export function shown({ top, bottom }: Exact): string {
  const magnitude = top < 0n ? -top : top;
  const digits = ((magnitude * 10n ** BigInt(SHOWN_DECIMALS)) / bottom).toString().padStart(SHOWN_DECIMALS + 1, '0');
  const fraction = digits.slice(-SHOWN_DECIMALS).replace(/0+$/, '');
  return `${top < 0n ? '-' : ''}${digits.slice(0, -SHOWN_DECIMALS)}${fraction === '' ? '' : `.${fraction}`}`;
}

function decimal(text: string): Exact {
  const match = DECIMAL.exec(text.trim());
  if (match === null) throw new TypeError(`not a number of a truth vector: ${text.slice(0, 40)}`);
  const [, sign = '', whole = '0', fraction = ''] = match;
  const top = BigInt(whole + fraction);
  return { top: sign === '-' ? -top : top, bottom: 10n ** BigInt(fraction.length) };
}
