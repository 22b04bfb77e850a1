/** Calls about SKUs whose pieces have numbers, beside the plain call of a procedure that moves them. */
import type { Fixtures } from '../fixtures.ts';
import type { CallInput, MakeCall } from '../procedure-sheet.ts';
import type { Tracked } from '../serial-fixtures.ts';

type OfPieces = (goods: Tracked, fixtures: Fixtures) => CallInput;

export const ofPieces =
  (make: OfPieces): MakeCall =>
  async (fixtures) =>
    make(await fixtures.tracked(), fixtures);

/** One more piece comes in. */
export const comes: OfPieces = ({ skuId, locationId }, fixtures) => ({
  ...{ skuId, locationId, quantity: 1, unitCost: '2.50', serials: [fixtures.name()] },
});
/** One of those that are there leaves. */
export const leaves: OfPieces = ({ skuId, serials }) => ({ skuId, quantity: 1, serials: [serials[0]] });
/** One is found. */
export const found: OfPieces = ({ skuId, locationId }, fixtures) => ({
  ...{ skuId, locationId, serials: [fixtures.name()] },
});

/** A document of one such line. */
export const pieceDocument = (line: OfPieces, more: object = {}): MakeCall =>
  ofPieces((goods, fixtures) => ({ documentNo: fixtures.name(), ...more, lines: [line(goods, fixtures)] }));
