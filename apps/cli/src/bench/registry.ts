/** All benches, by name. */
import type { Bench } from './bench.ts';
import { backdatingBench } from './backdating/backdating-bench.ts';
import { costBench } from './cost/cost-bench.ts';

export const benches: readonly Bench[] = [backdatingBench, costBench];
