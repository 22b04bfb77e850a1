/** What one unit of work leaves behind beside the plan: the commands that it ran, and one row of news for all of them. */
import type { Call } from '../call.ts';
import type { CommandRow } from '../entities/command.ts';
import type { Fact } from '../entities/outbox.ts';
import { levelKey } from '../entities/level.ts';
import type { RecordedCommand } from '../persistence/command-store.ts';
import { present } from '../refusal.ts';
import type { Outcome } from '../refusal.ts';
import { type Change, changeOf, skusOf } from '../rules/command-change.ts';
import type { Draft } from '../rules/draft.ts';
import { sha256 } from './hashing.ts';
import type { Said } from './kept-answer.ts';

export interface Recording {
  readonly commandId: string;
  readonly said: Said;
  readonly call: Call;
  readonly input: object;
  readonly outcome: Outcome<unknown>;
  /** What it did, and nothing that another call did. */
  readonly draft: Draft;
  readonly told: Change;
  /** Whether its idempotency key keeps the answer. */
  readonly isKept: boolean;
}

export function recordOf(recording: Recording): RecordedCommand {
  const { commandId, said, outcome, draft, told, isKept, input } = recording;
  const { caller } = recording.call;
  const { before, after } = changeOf(draft, told);
  const row: CommandRow = {
    commandId,
    procedure: said.procedure,
    actor: caller.actor,
    address: caller.address,
    agent: caller.agent === null ? null : caller.agent.slice(0, 255),
    requestId: caller.requestId,
    idempotencyKey: isKept ? present(said.idempotencyKey, 'the key of what is kept') : null,
    requestHash: sha256(said.request),
    request: said.request,
    outcome: outcome.ok ? 'done' : 'refused',
    answer: answerText(outcome, isKept),
    before: before === undefined ? null : JSON.stringify(before),
    after: after === undefined ? null : JSON.stringify(after),
    recordedAt: draft.now,
  };
  return { row, skuIds: skusOf(draft, input) };
}

/** An answer is kept for a repeat; why something was refused is kept for whoever asks later. */
export function answerText(outcome: Outcome<unknown>, isKept: boolean): string | null {
  if (!outcome.ok) return JSON.stringify(outcome.refusal.toAnswer());
  return isKept ? JSON.stringify(outcome.answer) : null;
}

/** One pointer for every level that moved, caused by the command that moved it last: the relay reads the movements between the two versions. */
export function levelFacts({ levels, loaded, movements }: Draft): readonly Fact[] {
  const causes = new Map(movements.map((movement) => [levelKey(movement), movement.commandId]));
  return [...causes].map(([key, commandId]): Fact => {
    const { skuId, locationId, version } = present(levels.get(key), 'a level that moved');
    const { version: from } = present(loaded.levels.get(key), 'the level before it moved');
    return { type: 'stock.level.changed', kind: 'level', id: [skuId, locationId], from, to: version, commandId };
  });
}
