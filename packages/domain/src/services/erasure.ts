/**
 * Erasure of a person: an operator's name, or what a token tells of who used it, is replaced by a pseudonym wherever it stands.
 * What was done stays, and who verifies finds it whole: no chain of hashes covers a name, and sealed commands are amended
 * (decision 55).
 */
import { randomBytes } from 'node:crypto';
import type { Call } from '../call.ts';
import type { CommandRow } from '../entities/command.ts';
import type { TokenRow } from '../entities/token.ts';
import { findNewestCheckpoint } from '../persistence/checkpoint-store.ts';
import {
  endOfPage,
  ERASED,
  eraseToken,
  lockCommandsOf,
  type OperatorTable,
  operatorTables,
  renameOperator,
  replaceCommands,
  replaceWaiting,
} from '../persistence/erasure-store.ts';
import { findToken } from '../persistence/token-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidState, notFound } from '../refusal.ts';
import { noCheckpointKey } from '../rules/checkpoint-key.ts';
import { amendCommands } from './checkpoint-service.ts';
import { draftNow, type Engine, execute, sha256 } from './execution.ts';

/** Who is to be forgotten. A token must be withdrawn or over, as its user would be written down anew. */
export type Person = { readonly operator: string } | { readonly tokenId: string };

export interface Erased {
  /** What stands in the place of the name from now on. */
  readonly pseudonym: string;
  readonly commands: number;
  /** Documents, transfers and locks. */
  readonly documents: number;
  /** Events and rows of files that waited. */
  readonly waiting: number;
}

export interface ErasureOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (rows: number) => void;
}

const PAGE = 2000;
const DEADLINE_MS = 60_000;

export function createErasure(engine: Engine) {
  /** Begun again after it was stopped it has only the rest to do. Throws INV_007, and INV_010 for a token in use or without the key that seals. */
  return async (person: Person, call: Call, options: ErasureOptions = {}): Promise<Erased> => {
    const pseudonym = `erased-${randomBytes(4).toString('hex')}`;
    const sought = await soughtOf(engine, person, pseudonym);
    const erasing: Erasing = {
      engine,
      call: { ...call, deadlineMs: DEADLINE_MS },
      options,
      pseudonym,
      looked: 0,
      ...sought,
    };
    const commands = await inPages(erasing, ['command', 'command_id'], (tx, page) => eraseCommands(tx, erasing, page));
    const documents = sought.operator === undefined ? 0 : await renameAll(erasing, sought.operator);
    return await recorded(erasing, { pseudonym, commands, documents });
  };
}

interface Phrase {
  readonly from: string;
  readonly to: string;
}

interface Erasing {
  readonly engine: Engine;
  readonly call: Call;
  readonly options: ErasureOptions;
  readonly pseudonym: string;
  readonly operator: string | undefined;
  readonly tokenId: string | undefined;
  readonly actor: string | undefined;
  readonly phrases: readonly Phrase[];
  readonly procedures: string;
  looked: number;
}

type Sought = Pick<Erasing, 'operator' | 'tokenId' | 'actor' | 'phrases' | 'procedures'>;

/** Nothing is changed unless all of it can be. */
async function soughtOf({ units, ports }: Engine, person: Person, pseudonym: string): Promise<Sought> {
  return await units.read(async (tx) => {
    const isSealed = (await findNewestCheckpoint(tx)) !== undefined;
    if (isSealed && ports.checkpointKeys?.signingKeyId === undefined) throw noCheckpointKey();
    if ('tokenId' in person) return ofToken(await overToken(tx, person.tokenId), pseudonym);
    const { operator } = person;
    const phrases = phrasesOf('operator', { from: operator, to: pseudonym });
    return { operator, tokenId: undefined, actor: undefined, phrases, procedures: '%' };
  });
}

async function overToken(tx: Tx, tokenId: string): Promise<TokenRow> {
  const token = await findToken(tx, tokenId);
  if (token === undefined) throw notFound('token', tokenId);
  if (token.revokedAt !== null || (token.expiresAt !== null && token.expiresAt <= (await tx.now()))) return token;
  throw invalidState({
    ...{ noun: 'token', id: tokenId, state: 'in use' },
    message: `Token ${tokenId} still lets somebody in, who would be written down anew.`,
    hint: 'Revoke it with token.revoke first.',
  });
}

function ofToken({ tokenId, name }: TokenRow, pseudonym: string): Sought {
  const phrases = phrasesOf('name', { from: name, to: pseudonym });
  return { operator: undefined, tokenId, actor: `token:${tokenId}`, phrases, procedures: 'token.%' };
}

/** As JSON has it, and as JSON within a text of JSON has it: a request that was too long is kept so. */
function phrasesOf(field: string, { from, to }: Phrase): readonly Phrase[] {
  const said = (value: string) => `"${field}":${JSON.stringify(value)}`;
  const quoted = (value: string) => JSON.stringify(said(value)).slice(1, -1);
  return [
    { from: said(from), to: said(to) },
    { from: quoted(from), to: quoted(to) },
  ];
}

/** Short transactions along the primary key; answers the sum of what each did. */
async function inPages(
  erasing: Erasing,
  [table, key]: readonly [string, string],
  work: (tx: Tx, page: { after: string; until: string }) => Promise<number>,
): Promise<number> {
  const { engine, call, options } = erasing;
  let sum = 0;
  for (let after = ''; ;) {
    options.signal?.throwIfAborted();
    const from = after;
    const until = await engine.units.read((tx) => endOfPage(tx, { table, key, after: from, limit: PAGE }), DEADLINE_MS);
    if (until === undefined) return sum;
    sum += await engine.units.write(call, (tx) => work(tx, { after: from, until }));
    after = until;
    erasing.looked += PAGE;
    options.onProgress?.(erasing.looked);
  }
}

async function renameAll(erasing: Erasing, operator: string): Promise<number> {
  const { pseudonym } = erasing;
  let rows = 0;
  for (const [table, key] of Object.entries(operatorTables) as [OperatorTable, string][]) {
    const contentHash = sha256(randomBytes(32).toString('hex'));
    rows += await inPages(erasing, [table, key], (tx, page) =>
      renameOperator(tx, table, { ...page, operator, pseudonym, contentHash }),
    );
  }
  return rows;
}

async function eraseCommands(
  tx: Tx,
  { engine, actor, phrases, procedures }: Erasing,
  page: { after: string; until: string },
): Promise<number> {
  const sought = phrases.map(({ from }) => from);
  const rows = await lockCommandsOf(tx, { ...page, actor, phrases: sought, procedures });
  if (rows.length === 0) return 0;
  const replaced = (text: string) => phrases.reduce((all, { from, to }) => all.replaceAll(from, () => to), text);
  const orNull = (text: string | null) => (text === null ? null : replaced(text));
  await replaceCommands(
    tx,
    rows.map((row): CommandRow => {
      const request = replaced(row.request);
      const place = row.actor === actor ? { address: null, agent: null } : {};
      const texts = { request, answer: orNull(row.answer), before: orNull(row.before), after: orNull(row.after) };
      // Random: with it nobody can tell the digest of what stood here before by guessing.
      const requestId = ERASED + engine.ports.ids();
      const requestHash = request === row.request ? row.requestHash : sha256(request);
      return { ...row, ...place, ...texts, requestId, requestHash };
    }),
  );
  if (engine.ports.checkpointKeys?.signingKeyId !== undefined)
    await amendCommands(
      tx,
      engine,
      rows.map(({ commandId }) => commandId),
    );
  return rows.length;
}

/** The token last, as its name is what is looked for; and who erased what, without saying whom. */
async function recorded(erasing: Erasing, done: Omit<Erased, 'waiting'>): Promise<Erased> {
  const { engine, call, tokenId, phrases, pseudonym } = erasing;
  return await execute<Erased>(engine, {
    procedure: 'system.erase',
    input: { person: tokenId ?? pseudonym } as object,
    call,
    lock: { scope: 'document', keys: [] },
    decide: async (tx) => {
      const draft = await draftNow(tx, engine);
      let waiting = 0;
      for (const phrase of phrases) waiting += await replaceWaiting(tx, { ...phrase, about: tokenId ?? phrase.from });
      if (tokenId !== undefined) await eraseToken(tx, tokenId, pseudonym);
      const answer = { ...done, waiting };
      return { draft, outcome: accepted(answer), before: null, after: answer };
    },
  });
}
