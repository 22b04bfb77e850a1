/** Every procedure of the api. Sibling apps import the type alone (packages/client). */
import { adjustmentRouter } from './routers/adjustment.ts';
import { alertRouter } from './routers/alert.ts';
import { auditRouter } from './routers/audit.ts';
import { batchRouter } from './routers/batch.ts';
import { bundleRouter } from './routers/bundle.ts';
import { costAllocationRouter } from './routers/cost-allocation.ts';
import { costAnalysisRouter } from './routers/cost-analysis.ts';
import { costReportRouter } from './routers/cost-report.ts';
import { costRouter } from './routers/cost.ts';
import { importRouter } from './routers/import.ts';
import { inboundRouter } from './routers/inbound.ts';
import { inTransitRouter } from './routers/in-transit.ts';
import { locationRouter } from './routers/location.ts';
import { lockRouter } from './routers/lock.ts';
import { outboundRouter } from './routers/outbound.ts';
import { periodRouter } from './routers/period.ts';
import { reservationRouter } from './routers/reservation.ts';
import { serialRouter } from './routers/serial.ts';
import { skuRouter } from './routers/sku.ts';
import { snapshotRouter } from './routers/snapshot.ts';
import { stockRouter } from './routers/stock.ts';
import { systemRouter } from './routers/system.ts';
import { tokenRouter } from './routers/token.ts';
import { virtualRouter } from './routers/virtual.ts';
import { webhookRouter } from './routers/webhook.ts';
import { transferRouter } from './routers/transfer.ts';
import { trpc } from './trpc.ts';

export const appRouter = trpc.router({
  sku: skuRouter,
  location: locationRouter,
  batch: batchRouter,
  bundle: bundleRouter,
  virtual: virtualRouter,
  lock: lockRouter,
  stock: stockRouter,
  reservation: reservationRouter,
  inbound: inboundRouter,
  outbound: outboundRouter,
  transfer: transferRouter,
  inTransit: inTransitRouter,
  adjustment: adjustmentRouter,
  serial: serialRouter,
  snapshot: snapshotRouter,
  alert: alertRouter,
  import: importRouter,
  cost: costRouter,
  period: periodRouter,
  costAllocation: costAllocationRouter,
  costReport: costReportRouter,
  costAnalysis: costAnalysisRouter,
  token: tokenRouter,
  webhook: webhookRouter,
  audit: auditRouter,
  system: systemRouter,
});

export type AppRouter = typeof appRouter;
