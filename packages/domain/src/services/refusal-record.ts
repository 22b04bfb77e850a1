/** Refusals that matter to an auditor although nothing was decided: who was not permitted, and whose key was used twice. */
import { guestPrincipal } from '@granary/contracts/permission';
import type { GranaryError } from '@granary/contracts/error';
import type { Call } from '../call.ts';
import type { DomainConfig } from '../config.ts';
import type { DomainPorts } from '../ports/domain-ports.ts';
import { appendCommand } from '../persistence/command-store.ts';
import type { UnitOfWork } from '../persistence/unit-of-work.ts';
import { canonicalJson } from '../rules/canonical-json.ts';
import { skusOf } from '../rules/command-change.ts';
import { hidden } from '../rules/sealed-attributes.ts';
import { createRefusalLimit } from '../rules/refusal-limit.ts';
import { sha256 } from './hashing.ts';

export interface RefusedRequest {
  readonly procedure: string;
  /** As it came: of somebody who may not call, nobody has looked at it. */
  readonly input: unknown;
  readonly isChecked: boolean;
  readonly refusal: GranaryError;
  readonly call: Call;
}

/** Records one, or leaves it; never fails, since whoever calls must refuse whatever becomes of the record. */
export type RecordRefusal = (refused: RefusedRequest) => Promise<void>;

/** The refusal waits for its record, but not for a database that does not answer. */
const PATIENCE_MS = 1000;
/** An input that nobody checked may be as large as a body; this much tells what was tried. */
const MOST_REQUEST = 2000;
/** As wide as the columns. */
const WIDTH = { procedure: 64, address: 64, agent: 255 } as const;

export function createRefusalRecord({
  units,
  ports,
  config: { sensitiveAttributes },
}: {
  units: UnitOfWork;
  ports: DomainPorts;
  config: Pick<DomainConfig, 'sensitiveAttributes'>;
}): RecordRefusal {
  const mayRecord = createRefusalLimit(() => performance.now());
  return async (refused) => {
    const { procedure, refusal, call } = refused;
    const { caller } = call;
    if (!mayRecord({ caller, procedure, isStranger: caller.actor === guestPrincipal.actor })) return;
    try {
      await units.write({ caller, deadlineMs: PATIENCE_MS }, async (tx) => {
        const recordedAt = await tx.now();
        const request = requestOf(hidden(refused.input, sensitiveAttributes));
        await appendCommand(
          tx,
          {
            commandId: tx.commandId,
            procedure: procedure.slice(0, WIDTH.procedure),
            actor: caller.actor,
            address: caller.address?.slice(0, WIDTH.address) ?? null,
            agent: caller.agent?.slice(0, WIDTH.agent) ?? null,
            requestId: caller.requestId,
            // The key belongs to the call that used it first, or to the next try of this one.
            idempotencyKey: null,
            ...{ requestHash: sha256(request), request, outcome: 'refused' },
            answer: JSON.stringify(refusal.toAnswer()),
            ...{ before: null, after: null, recordedAt },
          },
          refused.isChecked ? skusOf(undefined, refused.input) : [],
        );
      });
    } catch (error) {
      ports.log('warn', 'a refusal could not be recorded', { procedure, code: refusal.code, error });
    }
  };
}

function requestOf(input: unknown): string {
  const text = canonicalJson(input);
  return text.length <= MOST_REQUEST ? text : JSON.stringify({ cut: text.slice(0, MOST_REQUEST), length: text.length });
}
