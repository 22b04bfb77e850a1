/** Makes itself known to Granary: a webhook for one's own address, and the secret that its messages are signed with. */
import type { GranaryClient } from '@granary/client';

export interface Registration {
  readonly webhookId: string;
  readonly secret: string;
  /** Whether the webhook was there before, with what waited in it. */
  readonly isAgain: boolean;
}

const DESCRIPTION = 'examples/webhooks';

/**
 * The secret is told once, when it is made, and this app keeps it in memory. So after a start it takes the webhook that it made
 * earlier and has a new secret made: a new webhook instead would lose what waits for the old one.
 */
export async function register(granary: GranaryClient, url: string): Promise<Registration> {
  const earlier = await ownWebhook(granary, url);
  if (earlier !== undefined) {
    const { webhookId, secret } = await granary.webhook.rotateSecret.mutate({ webhookId: earlier, overlapSeconds: 0 });
    await granary.webhook.update.mutate({ webhookId, isActive: true });
    return { webhookId, secret: told(secret), isAgain: true };
  }
  const types = ['stock.level.changed' as const];
  const { webhookId, secret } = await granary.webhook.create.mutate({ url, types, description: DESCRIPTION });
  return { webhookId, secret: told(secret), isAgain: false };
}

/** Takes the webhook away, with what waits in it. */
export async function forget(granary: GranaryClient, url: string): Promise<boolean> {
  const webhookId = await ownWebhook(granary, url);
  if (webhookId !== undefined) await granary.webhook.remove.mutate({ webhookId });
  return webhookId !== undefined;
}

async function ownWebhook(granary: GranaryClient, url: string): Promise<string | undefined> {
  let cursor: string | undefined;
  do {
    const page = await granary.webhook.list.query(cursor === undefined ? {} : { cursor });
    const own = page.items.find((item) => item.url === url && item.description === DESCRIPTION);
    if (own !== undefined) return own.webhookId;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return undefined;
}

/** Null is told to a repeat that comes after the next rotation, and nobody else rotates the webhook of this app. */
function told(secret: string | null): string {
  if (secret === null) throw new Error('the secret was changed by somebody else meanwhile: start again');
  return secret;
}
