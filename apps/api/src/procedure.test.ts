/** Permissions and idempotency keys: what every procedure gets from the one factory. */
import { guestPrincipal } from '@granary/contracts/permission';
import { permissions } from '@granary/contracts/permission';
import { describe, expect, test } from 'vitest';
import { permissionsOf } from './permission-walk.ts';
import { createApi } from './server.ts';
import { appRouter } from './router.ts';
import { openStubApi, pick, post, readyNow } from './testing/stub-api.ts';
import { stubDomain } from './testing/stub-domain.ts';
import { trpc } from './trpc.ts';

const options = {
  domain: stubDomain(() => undefined),
  requestDeadlineMs: 5_000,
  defaultStrategy: 'fifo',
  ready: () => Promise.resolve(readyNow),
  log: () => undefined,
};

describe('permissions', () => {
  test('every procedure declares one, and mutations never share the permission of a read', () => {
    const found = permissionsOf(appRouter);
    expect([...found.keys()].toSorted()).toEqual(Object.keys(appRouter._def.procedures).toSorted());
    const procedures = appRouter._def.procedures as unknown as Readonly<Record<string, { _def: { type: string } }>>;
    for (const [path, procedure] of Object.entries(procedures)) {
      const isRead = procedure._def.type !== 'mutation';
      expect([path, /\.(?:read|check|health)$|^attributes\.open$/.test(found.get(path) ?? '')]).toEqual([path, isRead]);
    }
    // Back-dating is a right beside the permission of the call itself.
    expect(new Set([...found.values(), 'stock.backdate'])).toEqual(new Set(permissions));
  });

  test('a procedure made without one stops the start and is named', () => {
    const router = trpc.router({
      app: appRouter,
      forgotten: { open: trpc.procedure.query(() => 1), shut: trpc.procedure.mutation(() => 1) },
    });
    expect(() => createApi({ ...options, router })).toThrow(
      /declare no known permission: forgotten\.open, forgotten\.shut$/,
    );
  });

  test('a permission that the table does not know stops the start', () => {
    // A caller in plain JavaScript, or a cast, could do this.
    const router = trpc.router({
      open: trpc.procedure.meta({ permission: 'everything' as 'sku.read' }).query(() => 1),
    });
    expect(() => createApi({ ...options, router })).toThrow(/: open$/);
  });

  test("the app's own router starts", () => {
    expect(() => createApi(options)).not.toThrow();
  });

  test('who may not is refused before the domain is asked', async () => {
    const asked: string[] = [];
    const domain = stubDomain(({ path }) => asked.push(path));
    const principal = guestPrincipal;
    const api = createApi({ ...options, domain, principal });
    const { url } = await api.listen(0);
    const answer = await post(`${url}/trpc/sku.create`, { skuId: 'A' });
    expect({ status: answer.status, code: answer.code, asked }).toEqual({ status: 403, code: 'INV_015', asked: [] });
    await api.close(0);
  });
});

describe('the header Idempotency-Key', () => {
  const reserve = { skuId: 'A', quantity: 1, type: 'cart', businessId: 'C' };
  const keyOf = (calls: { input: unknown }[]) => pick(calls.at(-1)?.input, 'idempotencyKey');

  test('reaches the domain like a key in the input', async () => {
    const { api, url, calls } = await openStubApi();
    await post(`${url}/trpc/reservation.reserve`, reserve, { 'idempotency-key': 'order-1' });
    expect(keyOf(calls)).toBe('order-1');
    await post(`${url}/trpc/reservation.reserve`, { ...reserve, idempotencyKey: 'order-2' });
    expect(keyOf(calls)).toBe('order-2');
    await post(
      `${url}/trpc/reservation.reserve`,
      { ...reserve, idempotencyKey: 'order-3' },
      { 'idempotency-key': 'order-3' },
    );
    expect(keyOf(calls)).toBe('order-3');
    await post(`${url}/trpc/reservation.reserve?batch=1`, { 0: reserve }, { 'idempotency-key': 'order-4' });
    expect(keyOf(calls)).toBe('order-4');
    await api.close(0);
  });

  test('is refused when it is ambiguous or not a key', async () => {
    const { api, url, calls } = await openStubApi();
    const twice = `${url}/trpc/reservation.reserve,reservation.reserve?batch=1`;
    expect(await post(twice, { 0: reserve, 1: reserve }, { 'idempotency-key': 'k' })).toMatchObject({
      status: 400,
      code: 'INV_017',
    });
    expect(
      await post(`${url}/trpc/reservation.reserve`, { ...reserve, idempotencyKey: 'a' }, { 'idempotency-key': 'b' }),
    ).toMatchObject({ status: 400, code: 'INV_017' });
    expect(
      await post(`${url}/trpc/reservation.reserve`, reserve, { 'idempotency-key': 'k'.repeat(256) }),
    ).toMatchObject({ status: 422, code: 'INV_005' });
    expect(calls).toEqual([]);
    await api.close(0);
  });

  test('means nothing to a query', async () => {
    const { api, url, calls } = await openStubApi();
    await post(`${url}/trpc/sku.get`, { skuId: 'A' }, { 'idempotency-key': 'k' });
    expect(calls.at(-1)?.input).toEqual({ skuId: 'A' });
    await api.close(0);
  });
});
