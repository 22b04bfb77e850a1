/** All benches, by name. */
import type { Bench } from './bench.ts';
import { auditBench } from './audit/audit-bench.ts';
import { backdatingBench } from './backdating/backdating-bench.ts';
import { costBench } from './cost/cost-bench.ts';
import { allocateBench } from './allocate/allocate-bench.ts';
import { growthBench } from './growth/growth-bench.ts';
import { httpBench } from './http/http-bench.ts';
import { manyBench } from './many/many-bench.ts';
import { mixedBench } from './mixed/mixed-bench.ts';
import { processesBench } from './processes/processes-bench.ts';
import { readBench } from './read/read-bench.ts';
import { redlockBench } from './redlock/redlock-bench.ts';
import { sweepBench } from './sweep/sweep-bench.ts';
import { reserveBench } from './reserve/reserve-bench.ts';

export const benches: readonly Bench[] = [
  backdatingBench,
  costBench,
  reserveBench,
  manyBench,
  processesBench,
  allocateBench,
  sweepBench,
  mixedBench,
  httpBench,
  readBench,
  redlockBench,
  growthBench,
  auditBench,
];
