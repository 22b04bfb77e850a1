/** What contracts promises for each answer: every answer of the engine is held against it. */
import { adjustmentDocument, adjustmentPage } from '@granary/contracts/adjustment';
import { batch, batchPage } from '@granary/contracts/batch';
import { batchExpireDueAnswer, batchMerge, batchSplit } from '@granary/contracts/batch-life';
import { bundle, bundlePage } from '@granary/contracts/bundle';
import { document, documentPage } from '@granary/contracts/document';
import { inTransit, inTransitPage } from '@granary/contracts/in-transit';
import { lock, lockExpireDueAnswer, lockPage } from '@granary/contracts/lock';
import { location, locationPage } from '@granary/contracts/location';
import { expireDueAnswer, reservation, reservationPage, reservations } from '@granary/contracts/reservation';
import { serial, serialPage } from '@granary/contracts/serial';
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
import { batchRecall } from '@granary/contracts/trace';
import { transfer, transferMove, transferPage } from '@granary/contracts/transfer';
import { virtual, virtualPage } from '@granary/contracts/virtual';
import type { Procedure } from '../oracle/procedures.ts';

/** What of a zod schema is needed here. */
interface Shape {
  safeParse(
    value: unknown,
  ): { readonly success: true } | { readonly success: false; readonly error: { readonly issues: unknown } };
}

/** Strict objects, so a stray field is found too. */
export const shapes: Readonly<Record<Procedure, Shape>> = {
  ...{ 'sku.create': sku, 'sku.update': sku, 'sku.get': sku, 'sku.list': skuPage.pick({ items: true }) },
  ...{
    'location.create': location,
    'location.update': location,
    'location.get': location,
    'location.list': locationPage.pick({ items: true }),
  },
  ...{ 'batch.create': batch, 'batch.get': batch, 'batch.list': batchPage.pick({ items: true }) },
  ...{
    'stock.check': stockCheck,
    'stock.checkMany': stockCheckMany,
    'stock.available': stockSummary,
    'stock.allocate': stockAllocation,
  },
  ...{
    'stock.explain': stockExplanation,
    'stock.asOf': stockAsOf,
    'stock.movements': movementPage.pick({ items: true }),
  },
  ...{ 'stock.levels': levelPage.pick({ items: true }), 'stock.configure': level },
  ...{
    'reservation.reserve': reservation,
    'reservation.reserveMany': reservations,
    'reservation.confirm': reservations,
  },
  ...{ 'reservation.release': reservations, 'reservation.deduct': reservations, 'reservation.extend': reservations },
  ...{ 'reservation.convert': reservations, 'reservation.expireDue': expireDueAnswer, 'reservation.get': reservation },
  ...{
    'reservation.list': reservationPage.pick({ items: true }),
    'inbound.purchase': document,
    'inbound.return': document,
  },
  ...{ 'inbound.get': document, 'inbound.list': documentPage.pick({ items: true }), 'outbound.sales': document },
  ...{ 'batch.merge': batchMerge, 'batch.split': batchSplit, 'batch.update': batch, 'batch.recall': batchRecall },
  ...{ 'batch.expireDue': batchExpireDueAnswer, 'lock.expireDue': lockExpireDueAnswer },
  ...{ 'lock.business': lock, 'lock.operation': lock, 'lock.release': lock, 'lock.get': lock },
  ...{ 'lock.list': lockPage.pick({ items: true }), 'adjustment.list': adjustmentPage.pick({ items: true }) },
  ...{ 'inbound.production': document, 'inbound.opening': document, 'inbound.reverse': document },
  ...{ 'outbound.damage': document, 'outbound.pick': document, 'outbound.supplierReturn': document },
  ...{ 'outbound.reverse': document, 'adjustment.get': adjustmentDocument, 'adjustment.adjust': adjustmentDocument },
  ...{ 'adjustment.adjustMany': adjustmentDocument, 'adjustment.count': adjustmentDocument },
  ...{ 'adjustment.countMany': adjustmentDocument, 'bundle.create': bundle, 'bundle.update': bundle },
  ...{ 'bundle.remove': bundle, 'bundle.get': bundle, 'bundle.list': bundlePage.pick({ items: true }) },
  ...{ 'virtual.create': virtual, 'virtual.update': virtual, 'virtual.remove': virtual, 'virtual.get': virtual },
  ...{ 'transfer.create': transfer, 'transfer.ship': transferMove, 'transfer.receive': transferMove },
  ...{ 'transfer.writeOff': transfer, 'transfer.cancel': transfer, 'transfer.get': transfer },
  ...{ 'outbound.transfer': transferMove, 'inbound.transfer': transferMove },
  ...{ 'inTransit.create': inTransit, 'inTransit.update': inTransit, 'inTransit.cancel': inTransit },
  ...{ 'inTransit.get': inTransit, 'inTransit.list': inTransitPage.pick({ items: true }) },
  ...{ 'serial.get': serial, 'serial.list': serialPage.pick({ items: true }) },
  'transfer.list': transferPage.pick({ items: true }),
  'virtual.list': virtualPage.pick({ items: true }),
  ...{ 'outbound.get': document, 'outbound.list': documentPage.pick({ items: true }) },
};
