/** Every explained procedure, in an order in which all examples can be sent one after the other. */
import { adjustmentGuide } from './adjustment.ts';
import { alertGuide, snapshotGuide } from './alert.ts';
import { bundleGuide, virtualGuide } from './assembly.ts';
import { auditGuide } from './audit.ts';
import { batchGuide } from './batch.ts';
import { catalogGuide } from './catalog.ts';
import { costGuides } from './cost.ts';
import { costReportGuide } from './cost-report.ts';
import { importGuide } from './import.ts';
import { inboundGuide, outboundGuide } from './document.ts';
import type { Guide } from './guide.ts';
import { lockGuide } from './lock.ts';
import { reservationGuide } from './reservation.ts';
import { serialGuide } from './serial.ts';
import { stockGuide } from './stock.ts';
import { systemGuide } from './system.ts';
import { tokenGuide } from './token.ts';
import { transferGuide } from './transfer.ts';
import { webhookGuide } from './webhook.ts';

export const guide: Guide = {
  ...systemGuide,
  ...catalogGuide,
  ...inboundGuide,
  ...batchGuide,
  ...bundleGuide,
  ...virtualGuide,
  ...reservationGuide,
  ...outboundGuide,
  ...transferGuide,
  ...stockGuide,
  ...adjustmentGuide,
  ...serialGuide,
  ...snapshotGuide,
  ...alertGuide,
  ...importGuide,
  ...costGuides,
  ...costReportGuide,
  ...tokenGuide,
  ...auditGuide,
  ...webhookGuide,
  ...lockGuide,
};

/** What a group of procedures is about; the document lists them in this order. */
export const groups: Readonly<Record<string, string>> = {
  system: 'The process itself: is it alive, can it work, what does it know.',
  location: 'Warehouses and stores.',
  sku: 'What is kept in stock.',
  batch: 'Lots of one SKU at one location, with their own quality, dates and unit cost.',
  lock: 'Stock out of sale by a business decision, and batches held still.',
  bundle: 'SKUs that are sold as one and taken as several.',
  virtual: 'SKUs that stand for so many units of another: a case of twelve.',
  inbound: 'Documents that bring stock in.',
  reservation: 'Stock held for a cart or an order until a deadline.',
  outbound: 'Documents that take stock out.',
  transfer: 'Goods that travel from one location to another.',
  inTransit: 'Goods that are expected, from purchases and transfers.',
  adjustment: 'Correcting the books: by so many units, or to what was counted.',
  serial: 'Single pieces of serial-tracked SKUs: where each one is and was.',
  stock: 'Reading stock, and the settings of a level.',
  snapshot: 'How everything stood at one instant, on demand and at the start of every day.',
  import: 'Files of rows: checked as a whole, then applied row by row.',
  alert: 'What somebody should look at.',
  cost: 'What units cost, what stock is worth, and what accountants decide about a SKU.',
  period: 'Accounting periods: open, frozen, closed.',
  costAllocation: 'Costs shared out to SKUs, and costs that arrive after the goods.',
  costReport: 'What stock is worth, what was consumed, how it turned over, and the journal.',
  costAnalysis: 'Actual against standard, and how the cost of a unit moves.',
  token: 'Who may call, as what, where and until when.',
  audit: 'Who did what, from where, what it changed, and what was refused.',
  webhook: 'Addresses that events are posted to.',
};
