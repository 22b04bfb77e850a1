/** Overdue holds that no sweep has seen: whatever call meets one expires it first, once, and then decides. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GranaryClient } from '@granary/client';
import type { Arena } from './arena.ts';
import { codeOf } from './tally.ts';

interface Hold {
  readonly id: string;
  readonly skuId: string;
  readonly businessId: string;
}

interface Meeting {
  readonly name: string;
  /** The one answer that every caller must get; a list where the first caller changes what the next ones find. */
  readonly answers: readonly string[];
  readonly call: (client: GranaryClient, hold: Hold, caller: number) => Promise<unknown>;
}

const CALLERS = 8;
const TTL_SECONDS = 1;
const PATIENCE_MS = 1200;
const EXPIRED = 'INV_003';

const target = ({ businessId }: Hold) => ({ type: 'cart', businessId }) as const;

const meetings: readonly Meeting[] = [
  { name: 'confirm by id', answers: [EXPIRED], call: ({ reservation }, { id }) => reservation.confirm.mutate({ id }) },
  {
    name: 'confirm by business id',
    answers: [EXPIRED],
    call: ({ reservation }, hold) => reservation.confirm.mutate(target(hold)),
  },
  { name: 'release by id', answers: [EXPIRED], call: ({ reservation }, { id }) => reservation.release.mutate({ id }) },
  {
    name: 'release by business id',
    answers: [EXPIRED],
    call: ({ reservation }, hold) => reservation.release.mutate(target(hold)),
  },
  { name: 'deduct by id', answers: [EXPIRED], call: ({ reservation }, { id }) => reservation.deduct.mutate({ id }) },
  {
    name: 'deduct by business id',
    answers: [EXPIRED],
    call: ({ reservation }, hold) => reservation.deduct.mutate(target(hold)),
  },
  {
    name: 'extend by id',
    answers: [EXPIRED],
    call: ({ reservation }, { id }) => reservation.extend.mutate({ id, ttlSeconds: 60 }),
  },
  {
    name: 'extend by business id',
    answers: [EXPIRED],
    call: ({ reservation }, hold) => reservation.extend.mutate({ ...target(hold), ttlSeconds: 60 }),
  },
  {
    name: 'convert',
    answers: [EXPIRED],
    call: ({ reservation }, hold) =>
      reservation.convert.mutate({ from: target(hold), to: { type: 'order', businessId: hold.businessId } }),
  },
  {
    name: 'reserve for somebody else, one unit for all',
    answers: ['ok', 'INV_002'],
    call: ({ reservation }, { skuId }, caller) =>
      reservation.reserve.mutate({ skuId, quantity: 1, type: 'order', businessId: `${skuId}-${caller}` }),
  },
  {
    name: 'reserve again for the same cart',
    answers: ['ok'],
    call: ({ reservation }, hold) => reservation.reserve.mutate({ ...target(hold), skuId: hold.skuId, quantity: 1 }),
  },
  {
    name: 'reserve again with replace',
    answers: ['ok'],
    call: ({ reservation }, hold) =>
      reservation.reserve.mutate({
        ...target(hold),
        skuId: hold.skuId,
        quantity: 1,
        replace: true,
        locationId: 'default',
      }),
  },
  {
    name: 'sell at the till, one unit for all',
    answers: ['ok', 'INV_002'],
    call: ({ outbound }, { skuId }, caller) =>
      outbound.sales.mutate({ orderNo: `${skuId}-${caller}`, lines: [{ skuId, quantity: 1 }] }),
  },
  { name: 'sweep', answers: ['ok'], call: ({ reservation }) => reservation.expireDue.mutate({ limit: 500 }) },
];

export interface OverdueResult {
  readonly name: string;
  readonly answers: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
  readonly ok: boolean;
}

/** Every kind of call, eight callers each at once, each kind on a hold of its own for the only unit of a SKU. */
export async function meetOverdueHolds(arena: Arena): Promise<OverdueResult[]> {
  const holds = await Promise.all(meetings.map(() => overdueHold(arena)));
  await sleep(PATIENCE_MS);
  const results: OverdueResult[] = [];
  for (const [index, meeting] of meetings.entries()) {
    const hold = holds[index];
    if (hold !== undefined) results.push(await meet(arena, meeting, hold));
  }
  return results;
}

async function overdueHold({ client }: Arena): Promise<Hold> {
  const skuId = `OVERDUE-${randomUUID()}`;
  await client.inbound.purchase.mutate({ documentNo: skuId, lines: [{ skuId, quantity: 1, unitCost: '1.00' }] });
  const hold = { skuId, quantity: 1, type: 'cart', businessId: skuId, ttlSeconds: TTL_SECONDS } as const;
  const { id } = await client.reservation.reserve.mutate(hold);
  return { id, skuId, businessId: skuId };
}

async function meet(arena: Arena, meeting: Meeting, hold: Hold): Promise<OverdueResult> {
  const crowd = Array.from({ length: CALLERS }, async (_, caller) => {
    try {
      await meeting.call(arena.fleet.member(caller).client, hold, caller);
      return 'ok';
    } catch (error) {
      return codeOf(error);
    }
  });
  const answers: Record<string, number> = {};
  for (const answer of await Promise.all(crowd)) answers[answer] = (answers[answer] ?? 0) + 1;
  const problems = await problemsOf(arena, meeting, { hold, answers });
  return { name: meeting.name, answers, problems, ok: problems.length === 0 };
}

async function problemsOf(
  arena: Arena,
  { answers: wanted }: Meeting,
  { hold, answers }: { hold: Hold; answers: Record<string, number> },
): Promise<string[]> {
  const problems: string[] = [];
  const unexpected = Object.keys(answers).filter((answer) => !wanted.includes(answer));
  if (unexpected.length > 0) problems.push(`answered ${unexpected.join(', ')}`);
  if (wanted.length === 2 && answers['ok'] !== 1) problems.push(`${answers['ok'] ?? 0} callers got the only unit`);
  const { state } = await arena.client.reservation.get.query({ id: hold.id });
  if (state !== 'expired') problems.push(`the overdue hold is ${state}`);
  const { items } = await arena.client.stock.movements.query({ skuId: hold.skuId, kinds: ['expire'], limit: 500 });
  if (items.length !== 1) problems.push(`it expired ${items.length} times`);
  return [...problems, ...(await arena.violations())];
}
