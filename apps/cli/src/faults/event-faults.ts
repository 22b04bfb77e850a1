/** What can go wrong between a COMMIT and whoever must hear of it. */
import type { StockEvent } from '@granary/contracts/event';
import { silentLog } from '@granary/platform/log';
import { createWorker } from '@granary/worker/worker';
import { commitLate } from '../events/late-commit.ts';
import { noteOf } from '../events/note.ts';
import { poison } from '../events/poison.ts';
import { drained } from '../events/queues.ts';
import { storm } from '../events/storm.ts';
import { trouble } from '../events/trouble.ts';
import { callHere } from '../fleet/call-here.ts';
import { effectsOf } from './acts.ts';
import { type BedFault, type Happening, type OwnFault, unless } from './fault.ts';
import { purchase } from './inputs.ts';
import type { Testbed } from './testbed.ts';

const MOVEMENTS = 1_500;
const KILLS = 8;
const LATE_MS = 1_000;
const LINES = 5;
const LEASE_MS = 500;

export const eventFaults: readonly (BedFault | OwnFault)[] = [
  {
    id: 'F50',
    title: 'an event that its consumers refuse for ever',
    inject: 'a listener and a webhook refuse one event every time',
    expect: 'given up after its tries; others are told at once, a replay brings it',
    on: 'own',
    limitMs: 120_000,
    run: async (signal) => {
      const { problems, timing } = await poison({ skus: 6, keep: undefined, signal });
      return { happened: timing.reduce((sum, { attempts }) => sum + attempts, 0), problems };
    },
  },
  {
    id: 'F51',
    title: 'the relay is killed between publishing and noting it',
    inject: 'SIGKILL of the worker that relays, half of the times just when the stream has heard something',
    expect: 'everybody is told everything and in order; what comes again has the same id',
    on: 'own',
    limitMs: 180_000,
    run: async (signal) => {
      const options = { movements: MOVEMENTS, kills: KILLS, workers: 2, seed: 51, keep: undefined, signal };
      const { problems, kills, repeats, events } = await storm({ ...options, onProgress: () => undefined });
      return { happened: kills, problems, figures: { events, 'told again': repeats } };
    },
  },
  {
    id: 'F52',
    title: 'subscribers are slow, fail, break off and redirect',
    inject: 'receivers of webhooks with these manners, and a relay that is paused past its lease',
    expect: 'each is told all and in order in the end; nobody else is held up',
    on: 'own',
    limitMs: 180_000,
    run: async (signal) => {
      const manners = { hangMs: 2_000, steadyMs: 5_000, boundMs: 15_000, restMs: 60 };
      const { problems, dead, toldMeanwhile } = await trouble({
        ...{ ...manners, seed: 52, keep: undefined, signal, onProgress: () => undefined },
      });
      const given = Object.values(dead).reduce((sum, count) => sum + count, 0);
      return {
        happened: given,
        problems,
        figures: { 'given up': given, 'told while the relay stood still': toldMeanwhile },
      };
    },
  },
  {
    id: 'F53',
    title: 'a subscriber within the transaction fails',
    inject: 'costing is joined by a handler that throws after the lines were written',
    expect: 'the whole document is absent, and nobody is told of it',
    on: 'testbed',
    isFast: true,
    run: failInside,
  },
  {
    id: 'F54',
    title: 'the order of commits is not that of ids',
    inject: 'a transaction takes its ids, waits, and commits after five others',
    expect: 'the relay tells all of them, by version and without a gap',
    on: 'testbed',
    run: lateCommit,
  },
];

async function failInside(bed: Testbed): Promise<Happening> {
  const { domain } = bed.api.granary;
  const problems: string[] = [];
  let happened = 0;
  for (let line = 1; line <= LINES; line += 1) {
    const documentNo = bed.name('INSIDE');
    const skuIds = Array.from({ length: line }, (_, each) => `${documentNo}-${each}`);
    bed.inside(() => {
      happened += 1;
      return Promise.reject(new Error('this cannot be costed'));
    });
    const call = domain.inbound.purchase(
      purchase(
        documentNo,
        skuIds.map((skuId) => ({ skuId, quantity: 2 })),
      ),
      callHere(),
    );
    const end = await call.then(() => 'done', String);
    bed.inside();
    const moved = await bed.ask('SELECT 1 AS one FROM stock_movement WHERE sku_id IN (?)', [skuIds]);
    problems.push(
      ...unless(end.includes('this cannot be costed'), `answered by ${end}`),
      ...unless((await effectsOf(bed, { name: documentNo, kind: 'purchase' })) === 0, 'the document is there'),
      ...unless(moved.length === 0, `${moved.length} movements are there`),
    );
  }
  return { happened, problems };
}

async function lateCommit(bed: Testbed): Promise<Happening> {
  const name = bed.name('LATE');
  const heard: StockEvent[] = [];
  const { domain, cost, dataSource } = bed.looking;
  const worker = createWorker({
    ...{ domain, cost, log: silentLog, pollMs: 10, leaseMs: LEASE_MS },
    listeners: [{ name: 'faults', types: 'all', handle: (event) => void heard.push(event) }],
  });
  worker.start();
  try {
    const { openMs, problems } = await commitLate(bed.looking, { name, openMs: LATE_MS });
    const stuck = await drained(dataSource, { signal: bed.signal });
    const told = heard
      .map((event) => noteOf(event, true))
      .filter(({ aggregate }) => aggregate.startsWith(`level:${name}-B`));
    const inOrder = told.every(({ from }, each) => from === (told[each - 1]?.to ?? 0));
    return {
      happened: 1,
      problems: [
        ...problems,
        ...stuck,
        ...unless(told.length > 1 && inOrder, `told out of order: ${JSON.stringify(told)}`),
      ],
      figures: { 'late by, ms': openMs, told: told.length },
    };
  } finally {
    await worker.stop();
  }
}
