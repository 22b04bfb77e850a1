/** Granary's own strategies, a line each: a new one is its file, its test and its line here. */
export { costOptimized } from './cost-optimized.ts';
export { fefo } from './fefo.ts';
export { fifo } from './fifo.ts';
export { leastBatches } from './least-batches.ts';
export { lifo } from './lifo.ts';
