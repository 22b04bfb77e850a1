/** Expected receipts: what was ordered and when it should come. Transfers on their way stand among them by themselves. */
import type {
  InTransit as InTransitAnswer,
  InTransitCancelInput,
  InTransitCreateInput,
  InTransitListInput,
  InTransitUpdateInput,
} from '@granary/contracts/in-transit';
import { parseInstant } from '@granary/contracts/instant';
import type { Page } from '@granary/contracts/page';
import type { Call } from '../call.ts';
import type { InTransit } from '../entities/in-transit.ts';
import { readLocations, readSkus } from '../persistence/catalog-store.ts';
import { findInTransit, listInTransit, lockInTransit, writeInTransit } from '../persistence/in-transit-store.ts';
import { pageOf } from '../persistence/page.ts';
import type { Tx } from '../persistence/transaction.ts';
import {
  accepted,
  duplicate,
  invalidInput,
  notFound,
  type Outcome,
  present,
  quote,
  refused,
  unknownSku,
} from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { calledOff, noLongerExpected, noteInTransit, revised, toInTransit } from '../rules/in-transit.ts';
import { isWhole } from '../rules/location-scope.ts';
import { contentHashOf } from './document-record.ts';
import { type Decision, draftNow, type Engine, execute } from './execution.ts';

export function createInTransitService(engine: Engine) {
  return {
    create: async (input: InTransitCreateInput, call: Call): Promise<InTransitAnswer> =>
      await execute(engine, {
        ...{ procedure: 'inTransit.create', input, call },
        lock: { scope: 'document', keys: [`expected:${input.reference}`] },
        decide: (tx) => decideCreate(tx, engine, input),
      }),
    update: async (input: InTransitUpdateInput, call: Call): Promise<InTransitAnswer> =>
      await change(engine, {
        ...{ procedure: 'inTransit.update', input, call },
        decide: (draft, before, commandId) => decideUpdate(draft, before, { input, commandId }),
      }),
    cancel: async (input: InTransitCancelInput, call: Call): Promise<InTransitAnswer> =>
      await change(engine, {
        ...{ procedure: 'inTransit.cancel', input, call },
        decide: (draft, before, commandId) => decideCancel(draft, before, { input, commandId }),
      }),

    get: async ({ inTransitId }: { inTransitId: string }): Promise<InTransitAnswer> =>
      await engine.units.read(async (tx) => {
        const found = await findInTransit(tx, { id: inTransitId });
        if (found === undefined || !isWhole(tx.scope, found)) throw notFound('expected receipt', inTransitId);
        return toInTransit(found, await tx.now());
      }),

    list: async (input: InTransitListInput): Promise<Page<InTransitAnswer>> =>
      await engine.units.read(async (tx) => {
        const now = await tx.now();
        const page = await pageOf({
          list: 'inTransit',
          input,
          load: (after, limit) => listInTransit(tx, { input, before: after?.[0], limit }),
          keyOf: (row) => [row.inTransitId],
        });
        return { items: page.items.map((row) => toInTransit(row, now)), nextCursor: page.nextCursor };
      }),
  };
}

async function decideCreate(tx: Tx, engine: Engine, input: InTransitCreateInput): Promise<Decision<InTransitAnswer>> {
  const skuIds = input.lines.map((line) => line.skuId);
  const [skus, locations] = [await readSkus(tx, skuIds), await readLocations(tx)];
  const draft = await draftNow(tx, engine);
  const { reference, source, supplier = null } = input;
  const contentHash = contentHashOf(input);
  const earlier = await findInTransit(tx, { source, reference });
  if (earlier !== undefined) {
    if (earlier.contentHash === contentHash) return { draft, outcome: accepted(toInTransit(earlier, draft.now)) };
    const message = `There is an expected receipt ${quote(reference)} with other content.`;
    return { draft, outcome: refused(duplicate('expected receipt', reference, message)) };
  }
  // A SKU may be ordered before it is known, as it may be received then; one without stock of its own never arrives.
  const stranger = skuIds.find((skuId) => !skus.has(skuId));
  if (stranger !== undefined && !engine.config.autoCreateSku) return { draft, outcome: refused(unknownSku(stranger)) };
  const made = input.lines.findIndex(({ skuId }) => (skus.get(skuId)?.kind ?? 'stock') !== 'stock');
  if (made >= 0) {
    const message = 'is a bundle or virtual, and takes no stock in';
    return { draft, outcome: refused(invalidInput([{ path: `lines.${made}.skuId`, message }])) };
  }
  const lost = input.lines.find((line) => !locations.has(line.locationId));
  if (lost !== undefined) return { draft, outcome: refused(notFound('location', lost.locationId)) };

  const inTransitId = engine.ports.ids();
  const expectedAt = present(parseInstant(input.expectedAt), 'a moment');
  const after: InTransit = {
    ...{ inTransitId, source, reference, supplier, status: 'expected', expectedAt, contentHash },
    ...{ createdAt: draft.now, endReason: null, version: 1, commandId: tx.commandId },
    lines: input.lines.map(({ skuId, locationId, quantity }, at) => ({
      ...{ inTransitId, lineNo: at + 1, skuId, locationId, quantity, received: 0, outstanding: quantity, expectedAt },
    })),
  };
  noteInTransit(draft, 'stock.transit.created', { before: undefined, after });
  const write = () => writeInTransit(tx, undefined, after);
  return { draft, outcome: accepted(toInTransit(after, draft.now)), write };
}

interface Changing {
  readonly procedure: string;
  readonly input: { readonly inTransitId: string; readonly idempotencyKey?: string | undefined };
  readonly call: Call;
  /** The same row where nothing changes. */
  readonly decide: (draft: Draft, before: InTransit, commandId: string) => Outcome<InTransit>;
}

async function change(engine: Engine, { procedure, input, call, decide }: Changing): Promise<InTransitAnswer> {
  const { inTransitId } = input;
  return await execute(engine, {
    ...{ procedure, input, call },
    lock: { scope: 'document', keys: [`expected:${inTransitId}`] },
    decide: async (tx): Promise<Decision<InTransitAnswer>> => {
      const before = await lockInTransit(tx, inTransitId);
      const draft = await draftNow(tx, engine);
      if (before === undefined || !isWhole(tx.scope, before))
        return { draft, outcome: refused(notFound('expected receipt', inTransitId)) };
      const outcome = decide(draft, before, tx.commandId);
      if (!outcome.ok) return { draft, outcome };
      const answer = accepted(toInTransit(outcome.answer, draft.now));
      if (outcome.answer === before) return { draft, outcome: answer };
      return { draft, outcome: answer, write: () => writeInTransit(tx, before, outcome.answer) };
    },
  });
}

function decideUpdate(
  draft: Draft,
  before: InTransit,
  { input, commandId }: { input: InTransitUpdateInput; commandId: string },
): Outcome<InTransit> {
  const isOpen = before.source === 'purchase' && before.status !== 'cancelled';
  if (!isOpen) return refused(noLongerExpected(before, 'it cannot be changed here'));
  const quantities = new Map<number, number>();
  for (const [at, { line, quantity }] of (input.lines ?? []).entries()) {
    const known = before.lines.find((each) => each.lineNo === line);
    if (known === undefined) return refused(notFound('line of the expected receipt', `${before.reference}/${line}`));
    if (quantities.has(line)) return refused(issue(`lines.${at}.line`, 'is named twice'));
    if (quantity < known.received)
      return refused(issue(`lines.${at}.quantity`, `is less than the ${known.received} that have arrived`));
    quantities.set(line, quantity);
  }
  const expectedAt = input.expectedAt === undefined ? undefined : parseInstant(input.expectedAt);
  const after = revised(before, { expectedAt, quantities, commandId });
  noteInTransit(draft, 'stock.transit.updated', { before, after });
  return accepted(after);
}

function decideCancel(
  draft: Draft,
  before: InTransit,
  { input, commandId }: { input: InTransitCancelInput; commandId: string },
): Outcome<InTransit> {
  if (before.source === 'purchase' && before.status === 'cancelled') return accepted(before);
  if (before.source !== 'purchase' || before.status === 'received')
    return refused(noLongerExpected(before, 'nothing is left to call off'));
  const after = calledOff(before, input.reason, commandId);
  noteInTransit(draft, 'stock.transit.cancelled', { before, after });
  return accepted(after);
}

function issue(path: string, message: string) {
  return invalidInput([{ path, message }]);
}
