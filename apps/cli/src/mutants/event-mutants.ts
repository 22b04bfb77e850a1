/** Defects in how changes are told: the outbox, the relay, and answers that are kept until something changes. */
import type { Mutant } from './mutant.ts';

const relayTest = 'packages/domain/src/events/relay.test.ts';
const reads = (name: string): string => `packages/platform/src/reads/${name}.ts`;

export const eventMutants: readonly Mutant[] = [
  {
    name: 'dropped-outbox-fact',
    breaks: 'every level that moved is told of',
    file: 'packages/domain/src/services/one-unit.ts',
    find: 'const facts = [...levelFacts(draft),',
    replace: 'const facts = [...levelFacts(draft).slice(1),',
    caughtBy: { file: relayTest, title: 'of levels whose names could be mistaken for each other' },
  },
  {
    name: 'told-before-it-is-published',
    breaks: 'an event is forgotten only once it was published: at least once',
    file: 'packages/domain/src/events/relay.ts',
    find: `    if (next.ready.length > 0) await round.publish?.(next.ready);
    await engine.units.write(relayCall(), (tx) => advance(tx, { engine, round, next, handed }));`,
    replace: `    await engine.units.write(relayCall(), (tx) => advance(tx, { engine, round, next, handed }));
    if (next.ready.length > 0) await round.publish?.(next.ready);`,
    caughtBy: { file: relayTest, title: 'what could not be published stays, and goes out later in order' },
  },
  {
    name: 'cursor-jumps-a-gap',
    breaks: 'what follows a version that is not there yet waits for it: a transaction may commit late',
    file: 'packages/domain/src/rules/succession.ts',
    find: 'if (pointed.fact.to > version && pointed.fact.from !== version) break;',
    replace: '',
    caughtBy: { file: relayTest, title: 'of an aggregate with a gap waits for it' },
  },
  {
    name: 'outbox-ordered-by-id',
    breaks: 'events go out in the order of versions: ids are made by clocks that differ',
    file: 'packages/domain/src/rules/succession.ts',
    find: 'of queue.toSorted((a, b) => a.fact.from - b.fact.from)) {',
    replace: 'of queue.toSorted((a, b) => (a.outboxId < b.outboxId ? -1 : 1))) {',
    caughtBy: { file: 'packages/domain/src/rules/succession.test.ts', title: 'what is published' },
  },
  {
    name: 'cursor-goes-back',
    breaks: 'a relay that wakes up late never sets the cursors of the next one back',
    file: 'packages/domain/src/persistence/outbox-store.ts',
    find: 'UPDATE version = GREATEST(version, VALUES(version))',
    replace: 'UPDATE version = VALUES(version)',
    caughtBy: { file: relayTest, title: 'that runs out while its holder publishes' },
  },
  {
    name: 'two-relays-at-once',
    breaks: 'one relay is active by its lease, and others stand by',
    file: 'packages/domain/src/persistence/outbox-store.ts',
    find: "if (!isOurs) return until > plusMs(now, 0) ? 'theirs' : 'due';",
    replace: "if (!isOurs) return until > plusMs(now, leaseMs * 2) ? 'theirs' : 'due';",
    caughtBy: { file: relayTest, title: 'one of two relays publishes, the other stands by' },
  },
  {
    name: 'older-answer-replaces-newer',
    breaks: 'an answer of an older reading never takes the place of a newer one',
    file: reads('answer-shelf'),
    find: 'if (there !== undefined && isNewer(there, kept)) return;',
    replace: 'if (there !== undefined && isNewer(there, kept) && isNewer(kept, there)) return;',
    caughtBy: { file: reads('answer-shelf.test'), title: 'does not put an answer of' },
  },
  {
    name: 'change-a-little-later',
    breaks: 'an answer holds only as long as nothing that it was read from has changed since its mark',
    file: reads('freshness'),
    find: '(lastChange.get(skuId) ?? 0) <= mark);',
    replace: '(lastChange.get(skuId) ?? 0) <= mark + 1);',
    caughtBy: { file: reads('read-cache.test'), title: 'is never older than what this process has acknowledged' },
  },
  {
    name: 'silence-is-freshness',
    breaks: 'an answer is not given once nobody was heard for a while',
    file: reads('read-cache'),
    find: '<= UNHEARD_MS && freshness.holds(',
    replace: '>= 0 && freshness.holds(',
    caughtBy: { file: reads('read-cache.test'), title: 'is not given once nobody was heard for a while' },
  },
  {
    name: 'lock-lives-by-its-ttl',
    breaks: 'the lock of work that takes longer than the lock lives is extended',
    file: 'packages/platform/src/redis-lock.ts',
    find: 'let timer = setTimeout(extend, ttlMs / 2);',
    replace: 'let timer = setTimeout(extend, ttlMs * 9);',
    caughtBy: {
      file: 'packages/platform/src/redlock-lock-manager.test.ts',
      title: 'keeps the lock of work that takes longer than the lock lives',
    },
  },
];
