/** Which schemas stand once in the document under a name of their own; the others are named after their procedure. */
import { batch, batchPage } from '@granary/contracts/batch';
import { document, documentGetInput, documentPage, documentSummary, inboundInput } from '@granary/contracts/document';
import { location, locationPage } from '@granary/contracts/location';
import { movement } from '@granary/contracts/movement';
import { expireDueAnswer, reservation, reservationPage, reservations } from '@granary/contracts/reservation';
import { sku, skuPage } from '@granary/contracts/sku';
import {
  level,
  levelPage,
  movementPage,
  stockAllocation,
  stockAsOf,
  stockCheck,
  stockCheckMany,
  stockExplanation,
  stockSummary,
} from '@granary/contracts/stock';
import { token, tokenCreated, tokenPage } from '@granary/contracts/token';
import { systemHealth, systemReadiness, systemStrategies } from '@granary/contracts/system';
import type { z } from 'zod';
import type { ProcedureFace } from './procedure-face.ts';

const shared: Readonly<Record<string, z.ZodType>> = {
  Batch: batch,
  BatchPage: batchPage,
  Document: document,
  DocumentGetInput: documentGetInput,
  DocumentPage: documentPage,
  DocumentSummary: documentSummary,
  ExpireDueAnswer: expireDueAnswer,
  Health: systemHealth,
  InboundInput: inboundInput,
  Level: level,
  LevelPage: levelPage,
  Location: location,
  LocationPage: locationPage,
  Movement: movement,
  MovementPage: movementPage,
  Readiness: systemReadiness,
  Reservation: reservation,
  ReservationPage: reservationPage,
  Reservations: reservations,
  Sku: sku,
  SkuPage: skuPage,
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
