/** The kinds of column that only costing has, beside those of the stock engine. Everything is exact: no float, no rounding. */
import { nameColumn, versionColumn, wordColumn } from '@granary/domain/persistence/columns';
import type { EntitySchemaColumnOptions } from 'typeorm';

/** A value of many units: millionths of the base currency, a bigint in code. */
export const valueColumn: EntitySchemaColumnOptions = { type: 'decimal', precision: 30, scale: 6 };
/** Units of a SKU over all locations, which together may pass what one level can count. */
export const unitsColumn: EntitySchemaColumnOptions = versionColumn;
/** A receipt or an issue by what made it: `<document, reservation or command>:<batch>`. */
export const flowColumn = wordColumn(64);
export const strategyColumn = nameColumn(64);
