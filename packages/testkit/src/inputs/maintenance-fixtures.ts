/** What no stock belongs to: jobs, snapshots, tokens, webhooks. There is no worker, so all of it stays as it was made. */
import { type DeadEvent, writeDeadEvent } from './dead-event.ts';
import type { FixtureTools } from './fixture-tools.ts';

export interface MaintenanceFixtures {
  /** A job that waits; nobody runs it here. */
  job(): Promise<string>;
  /** A webhook that nothing is sent to. */
  webhook(): Promise<string>;
  /** An event that such a webhook did not take, to its last try. */
  deadEvent(): Promise<DeadEvent>;
  /** A snapshot that nobody takes. */
  snapshot(): Promise<string>;
  /** A token that nobody uses. */
  token(): Promise<string>;
}

export function createMaintenanceFixtures({ name, callFor }: FixtureTools, databaseUrl: string): MaintenanceFixtures {
  const webhook = () => callFor('webhook.create', { url: 'https://hooks.example.com/' }, ['webhookId']);
  return {
    job: () => callFor('system.verify', {}, ['id']),
    webhook,
    async deadEvent() {
      const dead = { webhookId: await webhook(), eventId: name() };
      await writeDeadEvent(databaseUrl, dead);
      return dead;
    },
    snapshot: () => callFor('snapshot.create', {}, ['id']),
    token: () => callFor('token.create', { name: 'a token', role: 'user' }, ['tokenId']),
  };
}
