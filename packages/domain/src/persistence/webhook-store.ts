/** Rows of webhooks: found by id, listed newest first, changed under the lock of the row. */
import type { WebhookRow } from '../entities/webhook.ts';
import { replaceRow } from './replace-row.ts';
import { webhooks } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows } from './write-rows.ts';

export async function findWebhook(tx: Tx, webhookId: string): Promise<WebhookRow | undefined> {
  const [row] = await tx.select(webhooks, 'WHERE t.webhook_id = ?', [webhookId]);
  return row;
}

export async function lockWebhook(tx: Tx, webhookId: string): Promise<WebhookRow | undefined> {
  const [row] = await tx.select(webhooks, 'WHERE t.webhook_id = ? FOR UPDATE', [webhookId]);
  return row;
}

/** There are as many as people made; whoever sends looks at all of them. */
export async function readActiveWebhooks(tx: Tx): Promise<readonly WebhookRow[]> {
  return await tx.select(webhooks, 'WHERE t.is_active = 1 ORDER BY t.webhook_id');
}

/** Newest first. */
export async function listWebhooks(
  tx: Tx,
  { before, limit }: { before: string | undefined; limit: number },
): Promise<readonly WebhookRow[]> {
  const where = before === undefined ? '' : 'WHERE t.webhook_id < ?';
  const parameters = before === undefined ? [] : [before];
  return await tx.select(webhooks, `${where} ORDER BY t.webhook_id DESC LIMIT ${limit}`, parameters);
}

export async function appendWebhook(tx: Tx, row: WebhookRow): Promise<void> {
  await appendRows(tx, webhooks, [row]);
}

export async function replaceWebhook(tx: Tx, before: WebhookRow, row: WebhookRow): Promise<void> {
  await replaceRow(tx, { table: webhooks, keys: ['webhookId'], row, from: before.version });
}

/** The same secrets, sealed otherwise: nothing that anybody could see has changed, so the version stays. The row is locked. */
export async function replaceSealed(
  tx: Tx,
  { webhookId, secretSealed, previousSealed }: Pick<WebhookRow, 'webhookId' | 'secretSealed' | 'previousSealed'>,
): Promise<void> {
  await tx.write('UPDATE webhook SET secret_sealed = ?, previous_sealed = ? WHERE webhook_id = ?', [
    secretSealed,
    previousSealed,
    webhookId,
  ]);
}

export async function removeWebhook(tx: Tx, webhookId: string): Promise<void> {
  await tx.write('DELETE FROM webhook WHERE webhook_id = ?', [webhookId]);
}
