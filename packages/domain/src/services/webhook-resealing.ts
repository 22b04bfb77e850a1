/** Secrets of webhooks that an older key sealed are sealed anew with the first one, so that the older one may go. */
import type { Call } from '../call.ts';
import type { WebhookRow } from '../entities/webhook.ts';
import { listWebhooks, lockWebhook, replaceSealed } from '../persistence/webhook-store.ts';
import type { SecretBox } from '../ports/secret-box.ts';
import type { Engine } from './execution.ts';
import { secretPlace } from './webhook-secret.ts';

export interface Resealed {
  /** Webhooks whose secrets have the first key now. */
  readonly resealed: number;
  /** Webhooks of which a secret has another key and cannot be opened with those at hand. */
  readonly left: number;
}

const PAGE = 100;

/** Does nothing without a key. Any number of workers may do it at once. */
export async function resealSecrets(engine: Engine): Promise<Resealed> {
  const { secretBox: box } = engine.ports;
  if (box?.isReady !== true) return { resealed: 0, left: 0 };
  const counts = { resealed: 0, left: 0 };
  for (let before: string | undefined; ;) {
    const rows = await engine.units.read((tx) => listWebhooks(tx, { before, limit: PAGE }));
    for (const { webhookId } of rows.filter((row) => isOld(box, row))) {
      const isDone = await engine.units.write(workerCall(), async (tx) => {
        const row = await lockWebhook(tx, webhookId);
        if (row === undefined || !isOld(box, row)) return true;
        const anew = sealedAnew(box, row);
        if (anew !== undefined) await replaceSealed(tx, anew);
        return anew !== undefined;
      });
      counts[isDone ? 'resealed' : 'left'] += 1;
    }
    before = rows.at(-1)?.webhookId;
    if (rows.length < PAGE) return counts;
  }
}

function isOld(box: SecretBox, { secretSealed, previousSealed }: WebhookRow): boolean {
  try {
    return box.needsReseal(secretSealed) || (previousSealed !== null && box.needsReseal(previousSealed));
  } catch {
    // It does not even have the form of a sealed secret: told by whoever tries to send.
    return false;
  }
}

/** Bound to the same places as before; undefined where a key is missing. */
function sealedAnew(box: SecretBox, row: WebhookRow): WebhookRow | undefined {
  const anew = (sealed: string, version: number) => {
    const place = secretPlace(row.webhookId, version);
    return box.seal(box.open(sealed, place), place);
  };
  try {
    const { secretSealed, secretVersion, previousSealed, previousVersion } = row;
    const hasPrevious = previousSealed !== null && previousVersion !== null;
    return {
      ...row,
      secretSealed: anew(secretSealed, secretVersion),
      previousSealed: hasPrevious ? anew(previousSealed, previousVersion) : previousSealed,
    };
  } catch {
    return undefined;
  }
}

function workerCall(): Call {
  return { caller: { actor: 'worker', address: null, agent: 'granary-worker', requestId: 'reseal' } };
}
