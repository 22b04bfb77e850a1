/** The secrets that sign messages to a webhook: made here, sealed before they reach a row, opened where messages are sent. */
import { randomBytes } from 'node:crypto';
import { GranaryError } from '@granary/contracts/error';
import type { Instant } from '@granary/contracts/instant';
import type { WebhookRow } from '../entities/webhook.ts';
import type { DomainPorts } from '../ports/domain-ports.ts';
import type { SecretBox } from '../ports/secret-box.ts';
import type { Addressed } from '../events/webhook-message.ts';

const SECRET_BYTES = 32;

export const newWebhookSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

/** What a sealed secret is bound to: in another row, or for another version, it does not open. */
export const secretPlace = (webhookId: string, version: number): string => `webhook:${webhookId}:${version}`;

/** The box, where it has a key; a webhook without a sealed secret there cannot be. */
export function readyBox(
  { secretBox }: Pick<DomainPorts, 'secretBox'>,
  need = 'Webhooks need a key that their secrets are sealed with',
): SecretBox {
  if (secretBox?.isReady === true) return secretBox;
  throw new GranaryError('unavailable', {
    message: `${need}, and ENCRYPTION_KEYS is not set.`,
    hint: 'Set ENCRYPTION_KEYS to name:key with the output of `openssl rand -base64 32` as the key, and start again.',
    details: { dependency: 'ENCRYPTION_KEYS', retryAfterSeconds: 60 },
  });
}

/** The secret that was made at this version of the webhook; null when another one has taken its place. */
export function openedSecret(ports: DomainPorts, row: WebhookRow | undefined, version: number): string | null {
  if (row === undefined || ports.secretBox?.isReady !== true) return null;
  const place = secretPlace(row.webhookId, version);
  if (row.secretVersion === version) return ports.secretBox.open(row.secretSealed, place);
  if (row.previousVersion !== version || row.previousSealed === null) return null;
  return ports.secretBox.open(row.previousSealed, place);
}

/** Where messages go and what signs them now: the newest secret first. */
export function openSecrets(
  ports: DomainPorts,
  row: WebhookRow,
  now: Instant,
): Addressed | { readonly problem: string } {
  try {
    const box = readyBox(ports);
    const secrets = [box.open(row.secretSealed, secretPlace(row.webhookId, row.secretVersion))];
    const { previousSealed, previousVersion, previousUntil } = row;
    if (previousSealed !== null && previousVersion !== null && previousUntil !== null && previousUntil > now)
      secrets.push(box.open(previousSealed, secretPlace(row.webhookId, previousVersion)));
    return { url: row.url, secrets };
  } catch (error) {
    ports.log('error', 'the secret of a webhook cannot be opened', { webhookId: row.webhookId, error });
    return { problem: 'Its secret cannot be opened: ENCRYPTION_KEYS lacks the key that sealed it.' };
  }
}
