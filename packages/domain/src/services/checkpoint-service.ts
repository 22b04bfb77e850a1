/** Checkpoints: made by a worker every so often, copied to the archive, and amended where sealed commands change on purpose. */
import type { AuditFinding } from '@granary/contracts/checkpoint';
import { plusSeconds } from '@granary/contracts/instant';
import type { Call } from '../call.ts';
import {
  appendCheckpoint,
  findCheckpoint,
  findNewestCheckpoint,
  readSealable,
} from '../persistence/checkpoint-store.ts';
import { takeLease } from '../persistence/outbox-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { CheckpointKeys } from '../ports/checkpoint-keys.ts';
import { noCheckpointKey } from '../rules/checkpoint-key.ts';
import { archiveText, FIRST_PLACE, statementOf } from '../rules/checkpoint.ts';
import { leafOf } from '../rules/checkpoint-leaf.ts';
import { checkpointFinding } from './checkpoint-proof.ts';
import { nextCheckpoint, readFollowed, retentionBounds, signed } from './checkpoint-seal.ts';
import { type Engine, sha256 } from './execution.ts';

const LEASE = 'checkpoint';
const SEAL_DEADLINE_MS = 60_000;

export interface SealRound {
  /** Names this worker among others. */
  readonly holder: string;
  readonly leaseMs: number;
  /** Between two checkpoints; what did not fit into the last one follows at once. */
  readonly everySeconds: number;
}

export interface CheckpointMade {
  readonly no: number;
  /** SHA-256 of its statement: whoever notes it elsewhere can prove later that nothing was cut off before it. */
  readonly digest: string;
  readonly at: string;
  readonly commands: number;
  readonly movements: number;
  /** False: there is more to seal at once. */
  readonly isWhole: boolean;
}

export function createCheckpoints(engine: Engine) {
  return {
    /** Whether this process may sign. */
    canSign: () => engine.ports.checkpointKeys?.signingKeyId !== undefined,
    /** Makes the next one if it is due and no other worker is at it; answers null otherwise, and without a key. */
    sealDue: (round: SealRound): Promise<CheckpointMade | null> => sealDue(engine, round),
    /** Makes the next one now. Throws INV_010 without a key. */
    seal: (): Promise<CheckpointMade> => seal(engine),
    /** What is missing of a checkpoint that was noted elsewhere: nothing, or that it is gone or another one. */
    lacks: (noted: { readonly no: number; readonly digest: string }) => lacks(engine, noted),
    /** Copies what the archive does not have yet; answers how many. */
    archive: (): Promise<number> => archive(engine),
  };
}

async function sealDue(engine: Engine, { holder, leaseMs, everySeconds }: SealRound): Promise<CheckpointMade | null> {
  const keys = engine.ports.checkpointKeys;
  if (keys?.signingKeyId === undefined) return null;
  const isHeld = await engine.units.write(sealCall(), (tx) => takeLease(tx, { holder, leaseMs, name: LEASE }));
  if (!isHeld) return null;
  return await engine.units.write(sealCall(), async (tx) => {
    const newest = await findNewestCheckpoint(tx);
    const said = newest === undefined ? undefined : statementOf(newest);
    const isDue = said === undefined || !said.isWhole || plusSeconds(said.at, everySeconds) <= (await tx.now());
    return isDue ? await make(tx, engine, keys) : null;
  });
}

async function seal(engine: Engine): Promise<CheckpointMade> {
  const keys = signingKeys(engine);
  return await engine.units.write(sealCall(), (tx) => make(tx, engine, keys));
}

/** Two who make one at the same time meet at its number, and the second begins anew. */
async function make(tx: Tx, engine: Engine, keys: CheckpointKeys): Promise<CheckpointMade> {
  const checkpoint = await nextCheckpoint(tx, engine, keys);
  await appendCheckpoint(tx, checkpoint);
  const { no, at, commandCount, movementCount, isWhole } = checkpoint.said;
  return {
    no,
    digest: sha256(checkpoint.row.statement),
    at,
    commands: commandCount,
    movements: movementCount,
    isWhole,
  };
}

/**
 * Says in a signed checkpoint what some sealed commands say from now on, in the transaction that changed them: verification
 * then holds them against it. To be called by what erases personal data; that nobody else can, is the point of the signature.
 * Throws INV_010 without a key.
 */
export async function amendCommands(tx: Tx, engine: Engine, commandIds: readonly string[]): Promise<void> {
  const keys = signingKeys(engine);
  const now = await tx.now();
  const rows = await readSealable(tx, commandIds);
  const followed = await readFollowed(tx, keys);
  const place = followed.good?.until ?? FIRST_PLACE;
  const leaves = rows.map((row) => leafOf(row, sha256));
  const isWhole = followed.good?.isWhole ?? false;
  const amendment = { kind: 'amendment', from: place, until: place, leaves, levels: [], isWhole } as const;
  await appendCheckpoint(tx, signed({ followed, keys, now, bounds: retentionBounds(engine, now) }, amendment));
}

/** The archive follows the table; one that cannot be written fails the round, and the next begins where it stopped. */
async function archive(engine: Engine): Promise<number> {
  const { checkpointArchive: place } = engine.ports;
  if (place === undefined) return 0;
  let copied = 0;
  for (let no = (await place.last()) + 1; ; no += 1) {
    const checkpoint = await engine.units.read((tx) => findCheckpoint(tx, no), SEAL_DEADLINE_MS);
    if (checkpoint === undefined) return copied;
    await place.write(no, archiveText(checkpoint));
    copied += 1;
  }
}

async function lacks(engine: Engine, { no, digest }: { no: number; digest: string }): Promise<readonly AuditFinding[]> {
  const kept = await engine.units.read((tx) => findCheckpoint(tx, no));
  if (kept === undefined) return [checkpointFinding(no, 'was noted elsewhere and is gone')];
  return sha256(kept.row.statement) === digest
    ? []
    : [checkpointFinding(no, 'is not the one that was noted elsewhere')];
}

function signingKeys({ ports }: Engine): CheckpointKeys {
  if (ports.checkpointKeys?.signingKeyId === undefined) throw noCheckpointKey();
  return ports.checkpointKeys;
}

function sealCall(): Call {
  const caller = { actor: 'worker', address: null, agent: 'granary-worker', requestId: 'checkpoint' };
  return { caller, deadlineMs: SEAL_DEADLINE_MS };
}
