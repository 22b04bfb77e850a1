/** The server of `bench http` in a process of its own: one engine and one that does nothing, each behind both ways. */
import { createApi } from '@granary/api/server';
import { openGranary } from '@granary/platform/granary';
import { parseConfig } from '@granary/platform/env';
import { silentLog } from '@granary/platform/log';
import { answerParent } from '../load/answer-parent.ts';
import { idleDomain } from './idle-domain.ts';
import type { Served, ServeOrder } from './served.ts';

async function serve({ settings }: ServeOrder): Promise<Served> {
  const config = parseConfig(settings);
  const granary = await openGranary(config, { log: silentLog });
  const engines = { engine: granary.domain, 'no-op': idleDomain(granary.domain) };
  const portOf = async (engine: keyof typeof engines, leanHttp: boolean) => {
    const api = createApi({
      ...{ domain: engines[engine], cost: granary.cost, leanHttp, log: silentLog },
      ...{ requestDeadlineMs: config.requestDeadlineMs, defaultStrategy: config.defaultStrategy },
      ready: () => granary.ready(),
    });
    return (await api.listen(0)).port;
  };
  return {
    'no-op standard': await portOf('no-op', false),
    'engine standard': await portOf('engine', false),
    'no-op lean': await portOf('no-op', true),
    'engine lean': await portOf('engine', true),
  };
}

answerParent<ServeOrder>(serve);
