/** Every procedure of the api. Sibling apps import the type alone (packages/client). */
import { batchRouter } from './routers/batch.ts';
import { inboundRouter } from './routers/inbound.ts';
import { locationRouter } from './routers/location.ts';
import { outboundRouter } from './routers/outbound.ts';
import { reservationRouter } from './routers/reservation.ts';
import { skuRouter } from './routers/sku.ts';
import { stockRouter } from './routers/stock.ts';
import { systemRouter } from './routers/system.ts';
import { tokenRouter } from './routers/token.ts';
import { trpc } from './trpc.ts';

export const appRouter = trpc.router({
  sku: skuRouter,
  location: locationRouter,
  batch: batchRouter,
  stock: stockRouter,
  reservation: reservationRouter,
  inbound: inboundRouter,
  outbound: outboundRouter,
  token: tokenRouter,
  system: systemRouter,
});

export type AppRouter = typeof appRouter;
