/** Every procedure that takes an input. */
import type { ProcedureSheet, Sheets } from '../procedure-sheet.ts';
import { accessSheets } from './access.ts';
import { adjustmentSheets } from './adjustment.ts';
import { assemblySheets } from './assembly.ts';
import { batchSheets } from './batch.ts';
import { costAllocationSheets } from './cost-allocation.ts';
import { costReportSheets } from './cost-report.ts';
import { costSheets } from './cost.ts';
import { importSheets } from './import.ts';
import { inTransitSheets } from './in-transit.ts';
import { inboundSheets } from './inbound.ts';
import { lockSheets } from './lock.ts';
import { maintenanceSheets } from './maintenance.ts';
import { outboundSheets } from './outbound.ts';
import { periodSheets } from './period.ts';
import { reservationSheets } from './reservation.ts';
import { serialSheets } from './serial.ts';
import { skuSheets } from './sku.ts';
import { stockSheets } from './stock.ts';
import { transferSheets } from './transfer.ts';

const sheets: Sheets = {
  ...{ ...skuSheets, ...batchSheets, ...lockSheets, ...stockSheets, ...reservationSheets },
  ...{ ...inboundSheets, ...outboundSheets, ...adjustmentSheets, ...transferSheets, ...inTransitSheets },
  ...{ ...costSheets, ...periodSheets, ...costAllocationSheets, ...costReportSheets },
  ...{ ...assemblySheets, ...serialSheets, ...importSheets, ...maintenanceSheets, ...accessSheets },
};

export function sheetOf(procedure: string): ProcedureSheet | undefined {
  return sheets[procedure];
}
