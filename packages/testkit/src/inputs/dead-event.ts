/** An event that a webhook was given up on: no call can make one while there is no worker, so the row is written as a worker leaves it. */
import { createConnection } from 'mysql2/promise';

export interface DeadEvent {
  readonly webhookId: string;
  readonly eventId: string;
}

const AT = '2026-01-02 03:04:05.000000';

export async function writeDeadEvent(databaseUrl: string, { webhookId, eventId }: DeadEvent): Promise<void> {
  const connection = await createConnection({ uri: databaseUrl });
  try {
    await connection.query('INSERT INTO event_delivery SET ?', [
      {
        ...{ subscriber: `webhook:${webhookId}`, event_id: eventId, position: webhookId, aggregate: `sku:${eventId}` },
        ...{ to_version: 1, event_type: 'stock.sku.created', event_json: '{}', state: 'dead', attempts: 1 },
        created_at: AT,
      },
    ]);
  } finally {
    await connection.end();
  }
}
