/** The stock service: everything that is asked of stock, each question answered by its own file. */
import { createLowStock } from './alert-service.ts';
import type { Engine } from './execution.ts';
import { createLevelReader } from './level-reader.ts';
import { createLevelSettings } from './level-settings.ts';
import { createMovementReader } from './movement-reader.ts';
import { createStockCheck } from './stock-check.ts';
import { createStockExplainer } from './stock-explainer.ts';
import { createStockPlanner } from './stock-planner.ts';
import { createStockSummary } from './stock-summary.ts';
import { createTrace } from './trace.ts';

export function createStockService(engine: Engine) {
  return {
    ...createStockCheck(engine),
    ...createStockSummary(engine),
    ...createStockPlanner(engine),
    ...createStockExplainer(engine),
    ...createLevelReader(engine),
    ...createMovementReader(engine),
    ...createLevelSettings(engine),
    ...createLowStock(engine),
    trace: createTrace(engine).ofStock,
  };
}
