/** Ways to break one rule of a subject from outside: the model must notice every one of them, or it proves nothing. */
import type { OpenSubject, Subject, SubjectDomain } from '@granary/testkit/model/subject';

type Break = (domain: SubjectDomain) => SubjectDomain;

function without<T extends object>(input: T, field: string): T {
  return Object.fromEntries(Object.entries(input).filter(([name]) => name !== field)) as T;
}

const inReservations =
  (change: (calls: SubjectDomain['reservations']) => Partial<SubjectDomain['reservations']>): Break =>
  (domain) => ({ ...domain, reservations: { ...domain.reservations, ...change(domain.reservations) } });

const dropFromReserve = (field: string): Break =>
  inReservations(({ reserve }) => ({ reserve: (input, call) => reserve(without(input, field), call) }));

export const brokenRules: Readonly<Record<string, Break>> = {
  'an idempotency key is forgotten': (domain) => ({
    ...domain,
    inbound: {
      ...domain.inbound,
      purchase: (input, call) => domain.inbound.purchase(without(input, 'idempotencyKey'), call),
    },
    reservations: {
      ...domain.reservations,
      deduct: (input, call) => domain.reservations.deduct(without(input, 'idempotencyKey'), call),
    },
  }),
  'a strategy is ignored': dropFromReserve('strategy'),
  'a place is ignored': dropFromReserve('locationId'),
  'shelf life is ignored': dropFromReserve('minRemainingDays'),
  'a quality is ignored': dropFromReserve('qualityLevel'),
  'a deadline is ignored': dropFromReserve('ttlSeconds'),
  'the sweep does nothing': inReservations(() => ({
    expireDue: () => Promise.resolve({ expired: 0, reservationIds: [] }),
  })),
  'a release ships the goods': inReservations(({ deduct }) => ({
    release: ({ reason: _reason, ...target }, call) => deduct(target, call),
  })),
  'a confirmation forgets to confirm': inReservations(({ confirm, extend }) => ({
    confirm: (input, call) =>
      input.id === undefined ? confirm(input, call) : extend({ id: input.id, ttlSeconds: 10_000 }, call),
  })),
  'a list loses its last row': inReservations(({ list }) => ({
    async list(input) {
      const page = await list(input);
      return { ...page, items: page.items.slice(0, Math.max(1, page.items.length - 1)) };
    },
  })),
};

export function withBrokenRule(open: OpenSubject, breakRule: Break): OpenSubject {
  return async (): Promise<Subject> => {
    const subject = await open();
    return { ...subject, domain: breakRule(subject.domain) };
  };
}
