/** Costing on a database of its own, as a process has it: the same for the bench and for the worker that it kills. */
import { type Cost, createCost, createCostCore } from '@granary/cost/cost';
import type { Bookkeeping } from '@granary/cost/rehearsal/long-past';
import { createDomain, type Domain } from '@granary/domain';
import { createUnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { grantEverybody } from '@granary/domain/ports/lock-manager';
import { openDatabase } from '@granary/platform/database';
import { domainConfig } from '@granary/platform/domain-config';
import { parseConfig } from '@granary/platform/env';
import { createIds } from '@granary/platform/ids';
import { silentLog } from '@granary/platform/log';
import { entities } from '@granary/platform/schema';

export interface Books extends Bookkeeping {
  readonly cost: Cost;
  readonly domain: Domain;
  readonly dataSource: Awaited<ReturnType<typeof openDatabase>>;
}

/** Long enough for what only the bench does in one piece. */
const DEADLINE_MS = 120_000;

export async function openBooks(url: string, strategy: string): Promise<Books> {
  const config = parseConfig({ DATABASE_URL: url, STOCK_LOCK: 'none', STOCK_COST_DEFAULT_STRATEGY: strategy });
  if (config.cost === undefined) throw new Error('costing is switched off');
  const dataSource = await openDatabase({ url, poolSize: 4, entities });
  const ports = {
    ...{ locks: grantEverybody, ids: createIds(), clock: <T>(now: T) => now, log: silentLog },
    ...{ onHandHandlers: [], strategies: [] },
  };
  const core = createCostCore({ config: config.cost, ids: ports.ids });
  const engine = { dataSource, config: domainConfig(config), ports };
  return {
    ...{ dataSource, engine: core, cost: createCost({ ...engine, core }), domain: createDomain(engine) },
    units: createUnitOfWork(dataSource, engine.config, ports),
    call: {
      caller: { actor: 'local', address: null, agent: 'granary-bench', requestId: 'bench' },
      deadlineMs: DEADLINE_MS,
    },
  };
}
