/** The one way in which a webhook changes: under the lock of its row, a version further, with a command and an event. */
import type { GranaryError } from '@granary/contracts/error';
import type { EventType } from '@granary/contracts/event';
import type { Instant } from '@granary/contracts/instant';
import type { Call } from '../call.ts';
import type { WebhookRow } from '../entities/webhook.ts';
import type { Tx } from '../persistence/transaction.ts';
import { lockWebhook, replaceWebhook } from '../persistence/webhook-store.ts';
import { accepted, notFound, refused } from '../refusal.ts';
import { webhookAnswer, webhookFact } from '../rules/webhook-answer.ts';
import { draftNow, type Engine, execute, type Execution } from './execution.ts';

export interface WebhookChange<T> {
  readonly procedure: string;
  readonly type: EventType;
  readonly input: Execution<T>['input'];
  readonly webhookId: string;
  readonly call: Call;
  readonly refuse?: (row: WebhookRow) => GranaryError | undefined;
  /** The row as it shall be; its version and time are set here. */
  readonly change: (at: { readonly tx: Tx; readonly row: WebhookRow; readonly now: Instant }) => Promise<WebhookRow>;
  /** In place of writing the row. */
  readonly write?: (tx: Tx, before: WebhookRow, after: WebhookRow) => Promise<void>;
  readonly answer: (after: WebhookRow) => T;
  /** What the event tells beside the webhook. */
  readonly more?: () => Readonly<Record<string, unknown>>;
}

export async function changeWebhook<T>(engine: Engine, what: WebhookChange<T>): Promise<T> {
  const { procedure, type, input, webhookId, call } = what;
  return await execute<T>(engine, {
    ...{ procedure, input, call, lock: { scope: 'document', keys: [`webhook:${webhookId}`] } },
    decide: async (tx) => {
      const before = await lockWebhook(tx, webhookId);
      const draft = await draftNow(tx, engine);
      if (before === undefined) return { draft, outcome: refused(notFound('webhook', webhookId)) };
      const refusal = what.refuse?.(before);
      if (refusal !== undefined) return { draft, outcome: refused(refusal) };
      const changed = await what.change({ tx, row: before, now: draft.now });
      const after = { ...changed, updatedAt: draft.now, version: before.version + 1 };
      await (what.write ?? replaceWebhook)(tx, before, after);
      const more = what.more?.();
      draft.facts.push(
        webhookFact({ type, before, after, commandId: tx.commandId, ...(more === undefined ? {} : { more }) }),
      );
      return {
        draft,
        outcome: accepted(what.answer(after)),
        ...{ before: webhookAnswer(before), after: { ...webhookAnswer(after), ...more } },
      };
    },
  });
}

/** JSON of the sorted types; null is all of them. */
export function typesText(types: readonly EventType[] | null): string | null {
  return types === null ? null : JSON.stringify([...new Set(types)].toSorted());
}
