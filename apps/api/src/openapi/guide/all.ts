/** Every explained procedure, in an order in which all examples can be sent one after the other. */
import { catalogGuide } from './catalog.ts';
import { inboundGuide, outboundGuide } from './document.ts';
import type { Guide } from './guide.ts';
import { reservationGuide } from './reservation.ts';
import { stockGuide } from './stock.ts';
import { systemGuide } from './system.ts';
import { tokenGuide } from './token.ts';

export const guide: Guide = {
  ...systemGuide,
  ...catalogGuide,
  ...inboundGuide,
  ...reservationGuide,
  ...outboundGuide,
  ...stockGuide,
  ...tokenGuide,
};

/** What a group of procedures is about; the document lists them in this order. */
export const groups: Readonly<Record<string, string>> = {
  system: 'The process itself: is it alive, can it work, what does it know.',
  location: 'Warehouses and stores.',
  sku: 'What is kept in stock.',
  batch: 'Lots of one SKU at one location, with their own quality, dates and unit cost.',
  inbound: 'Documents that bring stock in.',
  reservation: 'Stock held for a cart or an order until a deadline.',
  outbound: 'Documents that take stock out.',
  stock: 'Reading stock, and the settings of a level.',
  token: 'Who may call, as what, where and until when.',
};
