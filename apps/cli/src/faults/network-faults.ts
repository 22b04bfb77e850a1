/** A network that carries one way only, names that are not known, a replica that lags, a backup that is put in place of the database, keys that are gone. */
import dns from 'node:dns';
import { webhookCreateInput } from '@granary/contracts/webhook';
import { play } from '../cluster/scene.ts';
import { replicaLag } from '../cluster/replica-lag.ts';
import { callHere } from '../fleet/call-here.ts';
import { codeOf, doIt, effectsOf, repeated } from './acts.ts';
import { type BedFault, type Happening, type OwnFault, unless } from './fault.ts';
import { type Testbed } from './testbed.ts';

const SHORT_MS = 700;
const LOOKUP_MS = 2_500;
const OTHER_KEY = Buffer.from(Array.from({ length: 32 }, (_, each) => 255 - each)).toString('base64');

export const networkFaults: readonly (BedFault | OwnFault)[] = [
  {
    id: 'F64',
    title: 'the network carries one way only, and names are not known',
    inject: 'the proxy swallows all answers, then all requests; then every look-up of a name fails',
    expect: 'told 503 at the deadline, one effect for each key, served again when it is mended',
    on: 'testbed',
    isFast: true,
    run: oneWay,
  },
  {
    id: 'F63',
    title: 'a key that seals secrets is gone, then comes back',
    inject: 'an engine with another key than the one that sealed the secret of a webhook',
    expect: 'what needs the secret is INV_012, all else is served; with both keys it is sealed anew',
    on: 'testbed',
    isFast: true,
    run: missingKey,
  },
  {
    id: 'F26',
    title: 'a replica that answers reading calls lags, stands still and is killed',
    inject: 'a second server that copies the first one, delayed by 2 s, stopped, killed, under load',
    expect: 'decisions are unaffected; nobody is told less than the process that they ask has acknowledged',
    on: 'own',
    limitMs: 180_000,
    run: async (signal) => {
      const options = { engine: undefined, callers: 8, seed: 26, restMs: 1_500, signal, onProgress: () => undefined };
      const { problems, lost, figures } = await play(replicaLag, options);
      return { happened: Number(figures['looks at fresh stock'] ?? 0), problems: [...lost, ...problems], figures };
    },
  },
];

async function oneWay(bed: Testbed): Promise<Happening> {
  const [skuId = ''] = (await bed.stock('ONEWAY', 1, 100)).keys();
  const problems: string[] = [];
  let happened = 0;
  for (const kind of ['swallow', 'drop'] as const) {
    const lost = bed.line.inject({ match: () => true, fault: { kind }, times: Infinity });
    const act = { name: bed.name(kind), kind: 'hold', skuId, deadlineMs: SHORT_MS } as const;
    const startedAt = performance.now();
    const first = await doIt(bed.api.granary.domain, act).then(() => 'done', codeOf);
    const ms = Math.round(performance.now() - startedAt);
    happened += lost.struck();
    lost.remove();
    // What was swallowed stays so: those connections are the network's, and are given up.
    bed.line.cutAll();
    const again = await repeated(bed, act);
    problems.push(
      ...unless(first === 'INV_012' && ms <= SHORT_MS + LOOKUP_MS, `${kind}: answered by ${first} after ${ms} ms`),
      ...again.problems,
    );
  }
  const unknown = await unknownName(bed, skuId);
  return {
    happened: unknown.happened === 0 ? 0 : happened + unknown.happened,
    problems: [...problems, ...unknown.problems],
  };
}

/** The engine knows its database by a name; the connections that it had are cut while nobody can look the name up. */
async function unknownName(bed: Testbed, skuId: string): Promise<Happening> {
  const url = new URL(bed.settings['DATABASE_URL'] ?? '');
  url.hostname = 'localhost';
  const engine = await bed.open({ ...bed.settings, DATABASE_URL: url.toString() });
  const known = dns.lookup;
  let happened = 0;
  const fail = (...parts: readonly unknown[]) => {
    happened += 1;
    const answer = parts.at(-1) as (error: Error) => void;
    process.nextTick(answer, Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' }));
  };
  const act = { name: bed.name('dns'), kind: 'hold', skuId } as const;
  dns.lookup = fail as typeof dns.lookup;
  let told: string;
  try {
    bed.line.cutAll();
    told = await doIt(engine.domain, act).then(() => 'done', codeOf);
  } finally {
    dns.lookup = known;
  }
  const after = await doIt(engine.domain, act).then(() => 'done', codeOf);
  const effects = await effectsOf(bed, act);
  await engine.close();
  return {
    happened,
    problems: [
      ...unless(told === 'INV_012', `no name: answered by ${told}`),
      ...unless(after === 'done' && effects === 1, `the name is back: answered by ${after}, ${effects} effects`),
    ],
  };
}

async function missingKey(bed: Testbed): Promise<Happening> {
  const input = webhookCreateInput.parse({
    url: 'http://127.0.0.1:9/hook',
    types: ['stock.location.created'],
    idempotencyKey: bed.name('hook'),
  });
  const made = await bed.looking.domain.webhooks.create(input, callHere());
  const other = `other:${OTHER_KEY}`;
  const without = await bed.open({ ...bed.straight, ENCRYPTION_KEYS: other });
  const told = await without.domain.webhooks.create(input, callHere()).then(() => 'done', codeOf);
  const [skuId = ''] = (await bed.stock('KEYS', 1, 10)).keys();
  const served = await doIt(without.domain, { name: bed.name('keys'), kind: 'sale', skuId }).then(() => 'done', codeOf);
  const kept = await without.domain.maintenance.resealSecrets();
  const both = await bed.open({
    ...bed.straight,
    ENCRYPTION_KEYS: `${other},${bed.straight['ENCRYPTION_KEYS'] ?? ''}`,
  });
  const again = await both.domain.webhooks.create(input, callHere());
  const resealed = await both.domain.maintenance.resealSecrets();
  const after = await without.domain.webhooks.create(input, callHere()).then(({ secret }) => secret, codeOf);
  await bed.looking.domain.webhooks.remove({ webhookId: made.webhookId } as never, callHere());
  await without.close();
  await both.close();
  return {
    happened: told === 'INV_012' ? 1 : 0,
    problems: [
      ...unless(told === 'INV_012', `without its key the secret was answered by ${told}`),
      ...unless(served === 'done', `all else was answered by ${served}`),
      ...unless(kept.resealed === 0 && kept.left >= 1, `without its key ${kept.resealed} secrets were sealed anew`),
      ...unless(again.secret === made.secret, 'with both keys another secret was told'),
      ...unless(
        resealed.resealed >= 1 && after === made.secret,
        `with both keys ${resealed.resealed} were sealed anew`,
      ),
    ],
  };
}
