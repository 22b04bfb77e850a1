/** Calls one procedure of the subject and gives its outcome back, refusals as data. Lists are read to their last page. */
import { GranaryError } from '@granary/contracts/error';
import { shapes } from './answer-shapes.ts';
import { operationInvokers } from './invoke-operation.ts';
import type { AnswerOf, InputOf, Procedure } from '../oracle/procedures.ts';
import { Mismatch, type Outcome } from '../oracle/verdict.ts';
import type { OracleCaller } from '../oracle/settings.ts';
import type { Subject, SubjectCall, SubjectDomain } from './subject.ts';

type Invoke = {
  readonly [P in Procedure]: (domain: SubjectDomain, input: InputOf<P>, call: SubjectCall) => Promise<AnswerOf<P>>;
};

const MOST_PAGES = 5000;

/** Asks for page after page; a cursor that never ends or a page over its limit is a fault. */
async function allPages<I extends { limit: number; cursor?: string | undefined }, T>(
  ask: (input: I) => Promise<{ readonly items: readonly T[]; readonly nextCursor: string | null }>,
  input: I,
): Promise<{ items: T[] }> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const told = await ask(cursor === undefined ? input : { ...input, cursor });
    if (told.items.length > input.limit)
      throw new Mismatch('a page is longer than its limit', { expected: input.limit, actual: told.items.length });
    items.push(...told.items);
    if (told.nextCursor === null) return { items };
    cursor = told.nextCursor;
  }
  throw new Mismatch('a list does not end', { expected: `fewer than ${MOST_PAGES} pages`, actual: input });
}

const invokers: Invoke = {
  ...operationInvokers(allPages),
  'sku.create': (domain, input, call) => domain.skus.create(input, call),
  'sku.update': (domain, input, call) => domain.skus.update(input, call),
  'sku.get': (domain, input) => domain.skus.get(input),
  'sku.list': (domain, input) => allPages(domain.skus.list, input),
  'location.create': (domain, input, call) => domain.locations.create(input, call),
  'location.update': (domain, input, call) => domain.locations.update(input, call),
  'location.get': (domain, input) => domain.locations.get(input),
  'location.list': (domain, input) => allPages(domain.locations.list, input),
  'batch.create': (domain, input, call) => domain.batches.create(input, call),
  'batch.get': (domain, input) => domain.batches.get(input),
  'batch.list': (domain, input) => allPages(domain.batches.list, input),
  'stock.check': (domain, input) => domain.stock.check(input),
  'stock.checkMany': (domain, input) => domain.stock.checkMany(input),
  'stock.available': (domain, input) => domain.stock.available(input),
  'stock.allocate': (domain, input) => domain.stock.allocate(input),
  'stock.explain': (domain, input) => domain.stock.explain(input),
  'stock.asOf': (domain, input) => domain.stock.asOf(input),
  'stock.movements': (domain, input) => allPages(domain.stock.movements, input),
  'stock.levels': (domain, input) => allPages(domain.stock.levels, input),
  'stock.configure': (domain, input, call) => domain.stock.configure(input, call),
  'reservation.reserve': (domain, input, call) => domain.reservations.reserve(input, call),
  'reservation.reserveMany': (domain, input, call) => domain.reservations.reserveMany(input, call),
  'reservation.confirm': (domain, input, call) => domain.reservations.confirm(input, call),
  'reservation.release': (domain, input, call) => domain.reservations.release(input, call),
  'reservation.deduct': (domain, input, call) => domain.reservations.deduct(input, call),
  'reservation.extend': (domain, input, call) => domain.reservations.extend(input, call),
  'reservation.convert': (domain, input, call) => domain.reservations.convert(input, call),
  'reservation.expireDue': (domain, input, call) => domain.reservations.expireDue(input, call),
  'reservation.get': (domain, input) => domain.reservations.get(input),
  'reservation.list': (domain, input) => allPages(domain.reservations.list, input),
  'inbound.purchase': (domain, input, call) => domain.inbound.purchase(input, call),
  'inbound.return': (domain, input, call) => domain.inbound.return(input, call),
  'inbound.get': (domain, input) => domain.inbound.get(input),
  'inbound.list': (domain, input) => allPages(domain.inbound.list, input),
  'outbound.sales': (domain, input, call) => domain.outbound.sales(input, call),
  'outbound.get': (domain, input) => domain.outbound.get(input),
  'outbound.list': (domain, input) => allPages(domain.outbound.list, input),
};

export async function invoke<P extends Procedure>(
  subject: Subject,
  { procedure, input, caller }: { procedure: P; input: InputOf<P>; caller: OracleCaller },
): Promise<Outcome<AnswerOf<P>>> {
  const call: Invoke[P] = invokers[procedure];
  try {
    const { actor, mayBackdate } = caller;
    const said = { actor, address: null, agent: null, requestId: 'model' };
    const answer = await call(subject.domain, input, { caller: said, mayBackdate });
    const problems = shapes[procedure].safeParse(answer);
    if (!problems.success)
      throw new Mismatch(`the answer of ${procedure} breaks its contract`, {
        expected: problems.error.issues,
        actual: answer,
      });
    return { ok: true, answer };
  } catch (error) {
    // Anything that is no refusal of Granary's own is a bug, and fails the run as it is.
    if (!(error instanceof GranaryError)) throw error;
    return { ok: false, failure: error.toAnswer() };
  }
}
