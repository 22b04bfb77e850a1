/** Which schemas stand once in the document under a name of their own; the others are named after their procedure. */
import { adjustmentDocument } from '@granary/contracts/adjustment';
import { alert, alertPage, lowStockPage } from '@granary/contracts/alert';
import { auditEntry, auditPage, auditRecord } from '@granary/contracts/audit';
import { batch, batchPage } from '@granary/contracts/batch';
import { bundle, bundlePage } from '@granary/contracts/bundle';
import { document, documentGetInput, documentPage, documentSummary, inboundInput } from '@granary/contracts/document';
import { importAnswer, importErrorPage, importPage } from '@granary/contracts/import';
import { location, locationPage } from '@granary/contracts/location';
import { movement } from '@granary/contracts/movement';
import { expireDueAnswer, reservation, reservationPage, reservations } from '@granary/contracts/reservation';
import { snapshot, snapshotDifferencePage, snapshotPage, snapshotRowPage } from '@granary/contracts/snapshot';
import { sku, skuPage } from '@granary/contracts/sku';
import { stockExplanation } from '@granary/contracts/explanation';
import {
  level,
  levelPage,
  movementPage,
  stockAllocation,
  stockAsOf,
  stockCheck,
  stockCheckMany,
  stockSummary,
} from '@granary/contracts/stock';
import { token, tokenCreated, tokenPage } from '@granary/contracts/token';
import { systemHealth, systemReadiness, systemStrategies } from '@granary/contracts/system';
import { virtual, virtualPage } from '@granary/contracts/virtual';
import { inTransit, inTransitPage } from '@granary/contracts/in-transit';
import { transfer, transferMove, transferPage, transferSummary } from '@granary/contracts/transfer';
import type { z } from 'zod';
import type { ProcedureFace } from './procedure-face.ts';

const shared: Readonly<Record<string, z.ZodType>> = {
  AdjustmentDocument: adjustmentDocument,
  Alert: alert,
  AlertPage: alertPage,
  AuditEntry: auditEntry,
  AuditPage: auditPage,
  AuditRecord: auditRecord,
  Batch: batch,
  Bundle: bundle,
  BundlePage: bundlePage,
  BatchPage: batchPage,
  Document: document,
  DocumentGetInput: documentGetInput,
  DocumentPage: documentPage,
  DocumentSummary: documentSummary,
  ExpireDueAnswer: expireDueAnswer,
  Health: systemHealth,
  Import: importAnswer,
  ImportErrorPage: importErrorPage,
  ImportPage: importPage,
  InboundInput: inboundInput,
  InTransit: inTransit,
  InTransitPage: inTransitPage,
  Level: level,
  LevelPage: levelPage,
  Location: location,
  LocationPage: locationPage,
  LowStockPage: lowStockPage,
  Movement: movement,
  MovementPage: movementPage,
  Readiness: systemReadiness,
  Reservation: reservation,
  ReservationPage: reservationPage,
  Reservations: reservations,
  Transfer: transfer,
  TransferMove: transferMove,
  TransferPage: transferPage,
  TransferSummary: transferSummary,
  Sku: sku,
  SkuPage: skuPage,
  Snapshot: snapshot,
  SnapshotDifferencePage: snapshotDifferencePage,
  SnapshotPage: snapshotPage,
  SnapshotRowPage: snapshotRowPage,
  StockAllocation: stockAllocation,
  StockAsOf: stockAsOf,
  StockCheck: stockCheck,
  StockCheckMany: stockCheckMany,
  StockExplanation: stockExplanation,
  StockSummary: stockSummary,
  Strategies: systemStrategies,
  Token: token,
  TokenCreated: tokenCreated,
  TokenPage: tokenPage,
  Virtual: virtual,
  VirtualPage: virtualPage,
};

export const sharedNames: ReadonlyMap<z.ZodType, string> = new Map(
  Object.entries(shared).map(([name, schema]) => [schema, name]),
);

/** `InboundPurchaseInput`, `SkuCreateAnswer`: for a schema that has no name of its own. */
export function schemaName({ path }: ProcedureFace, schema: z.ZodType, end: 'Input' | 'Answer'): string {
  return sharedNames.get(schema) ?? `${pascal(path)}${end}`;
}

export function camel(path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word, at) => (at === 0 ? word : capital(word))).join('');
}

function pascal(path: string): string {
  return capital(camel(path));
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
