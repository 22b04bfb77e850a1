/** The replica lags, stands still and dies while it answers reading calls: nobody is told less than the process that they ask has acknowledged. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type GranaryClient } from '@granary/client';
import type { DatabasePair } from '@granary/testkit/cluster/database-pair';
import { valueOf } from '@granary/testkit/cluster/database-node';
import type { Scene } from './scene.ts';

/** What docs/reads.md promises of what other processes have acknowledged, and what a slow machine needs to look. */
const DOCUMENTED_MS = 1_000;
const LOOKING_MS = 500;
const DELAY_SECONDS = 2;
const LOOK_EVERY_MS = 20;
/** The second look at the counter counts itself. */
const OWN_SELECTS = 1;

export const replicaLag: Scene = {
  name: 'a replica that answers reading calls lags, stands still and is killed',
  apis: 2,
  workers: 1,
  readsReplica: true,
  async disturb(site, rest) {
    const [here, there] = site.programs.apiUrls.map((url) => createClient({ url, batch: false }));
    if (here === undefined || there === undefined) throw new Error('this part needs two api processes');
    const probe = beginProbing(here, there);
    const before = await selectsAt(site.pair);
    await rest();
    const served = (await selectsAt(site.pair)) - before - OWN_SELECTS;
    await site.pair.delayApplying(DELAY_SECONDS);
    await rest();
    await site.pair.delayApplying(0);
    await site.pair.stopApplying();
    await rest();
    await site.pair.resumeApplying();
    await site.pair.caughtUp();
    // The primary no longer waits for a replica that is gone for good.
    await site.pair.goOnAlone();
    await site.pair.replica.server.kill();
    await rest();
    const { looks, problems } = await probe.end();
    if (served <= 0) problems.push('the replica answered nothing while it was well');
    return { figures: { 'looks at fresh stock': looks, 'selects of the replica while well': served }, problems };
  },
};

interface Seen {
  readonly looks: number;
  readonly problems: string[];
}

/** One more unit comes in through one process, again and again, and both are asked how many there are. */
function beginProbing(here: GranaryClient, there: GranaryClient): { end(): Promise<Seen> } {
  const skuId = 'PROBE';
  const acknowledgedAt: number[] = [];
  const problems: string[] = [];
  let looks = 0;
  let isOver = false;
  const look = async (client: GranaryClient, least: number, who: string) => {
    const { available } = await client.stock.available.query({ skuId });
    looks += 1;
    if (available < least) problems.push(`${who} was told ${available} where ${least} had been acknowledged`);
  };
  const probing = (async () => {
    while (!isOver) {
      const documentNo = `PROBE-${acknowledgedAt.length}`;
      await here.inbound.purchase.mutate({ documentNo, lines: [{ skuId, quantity: 1, unitCost: '1.00' }] });
      acknowledgedAt.push(performance.now());
      await look(here, acknowledgedAt.length, 'a caller of the same process');
      const known = performance.now() - DOCUMENTED_MS - LOOKING_MS;
      const due = acknowledgedAt.filter((at) => at < known).length;
      if (due > 0) await look(there, due, 'a caller of another process');
      await sleep(LOOK_EVERY_MS);
    }
  })();
  return {
    async end() {
      isOver = true;
      await probing.catch((error: unknown) => problems.push(`the probe failed: ${String(error)}`));
      return { looks, problems: problems.slice(0, 20) };
    },
  };
}

async function selectsAt({ replica, engine }: DatabasePair): Promise<number> {
  const schema = engine === 'mysql' ? 'performance_schema.global_status' : 'information_schema.GLOBAL_STATUS';
  return Number(await valueOf(replica, `SELECT VARIABLE_VALUE FROM ${schema} WHERE VARIABLE_NAME = 'Com_select'`));
}
