/** Forgetting a person: gone from every row, what was done stays, and whoever verifies finds everything whole. */
import { localPrincipal } from '@granary/contracts/permission';
import { afterEach, expect, test } from 'vitest';
import { rowsOf, tableNames, valueOf } from '../testing/database-state.ts';
import { createTestKeys } from '../testing/checkpoints.ts';
import { inbound, receipt } from '../testing/inputs.ts';
import { freezing } from '../testing/lock-inputs.ts';
import { openTestDomain, type TestDomain, type TestDomainOptions } from '../testing/test-domain.ts';

let at: TestDomain;
afterEach(() => at.close());

const NAME = 'Ann "the" Ångström';
const ADDRESS = '203.0.113.77';
const AGENT = 'ann-own-scanner';
const open = async (options: TestDomainOptions = {}) => {
  at = await openTestDomain(options);
};
const textOfDatabase = async () => {
  let text = '';
  for (const table of tableNames) text += JSON.stringify(await rowsOf(at.dataSource, `SELECT * FROM ${table}`));
  return text;
};
const inJson = (name: string) => JSON.stringify(name).slice(1, -1);
const whole = async () => {
  const { ok, findings } = await at.domain.verifyAudit({});
  expect({ ok, findings }).toEqual({ ok: true, findings: [] });
  expect((await at.domain.verify({})).ok).toBe(true);
};
const bought = (documentNo: string, operator: string) =>
  at.domain.inbound.purchase(
    inbound(documentNo, [receipt('A', 5), receipt('A', 5, { batchNo: documentNo })], {
      operator,
      idempotencyKey: documentNo,
    }),
    at.call,
  );
const frozen = (batchId: string, operator: string) =>
  at.domain.locks.operation(freezing([batchId], { operator }), at.call);
const seal = async () => {
  at.advance(1000);
  await at.domain.checkpoints.seal();
};
const tokenOf = async (name: string, more: object = {}) => {
  const { tokenId } = await at.domain.tokens.create(
    { name, role: 'business', ...more } as never,
    at.call,
    localPrincipal,
  );
  const caller = { actor: `token:${tokenId}`, address: ADDRESS, agent: AGENT, requestId: 'chosen-by-ann' };
  return { tokenId, call: { ...at.call, caller } };
};

test('an operator is gone from commands, documents and what waits, sealed or not; nobody else is', async () => {
  const checkpointKeys = createTestKeys();
  await open({ ports: { checkpointKeys } });
  const { lines } = await bought('D1', NAME);
  await bought('D2', `${NAME} II`);
  await frozen(lines[0]?.batchId ?? '', NAME);
  await seal();
  const { documentNo, operator } = await bought('D3', NAME);
  expect([documentNo, operator]).toEqual(['D3', NAME]);
  // A request that was too long is kept as a text within a text.
  await at.domain.refusals.record({
    ...{
      procedure: 'inbound.purchase',
      input: { operator: NAME, zone: 'x'.repeat(3000) },
      isChecked: false,
      call: at.call,
    },
    refusal: (await at.domain.skus.get({ skuId: 'none' }).catch((error: unknown) => error)) as never,
  });
  const looked: number[] = [];
  const erased = await at.domain.erase({ operator: NAME }, at.call, { onProgress: (rows) => looked.push(rows) });
  expect(erased).toMatchObject({
    commands: 4,
    documents: 3,
    pseudonym: expect.stringMatching(/^erased-[0-9a-f]{8}$/) as string,
  });
  expect(erased.waiting).toBeGreaterThan(0);
  expect(looked.length).toBeGreaterThan(0);
  const text = (await textOfDatabase())
    .replaceAll(inJson(inJson(`${NAME} II`)), '')
    .replaceAll(inJson(`${NAME} II`), '');
  expect(text).not.toContain(inJson(NAME));
  expect(text).not.toContain('Ann');
  expect((await at.domain.inbound.get({ id: (await bought('D2', `${NAME} II`)).id })).operator).toBe(`${NAME} II`);
  expect((await at.domain.inbound.list({ limit: 5 })).items.map((each) => each.operator)).toContain(erased.pseudonym);
  await whole();
  await seal();
  await whole();
  expect(await at.domain.erase({ operator: NAME }, at.call)).toMatchObject({ commands: 0, documents: 0, waiting: 0 });
  // The digest of what was said would tell the name to somebody who guesses it: it is gone, and so is the repeat.
  await expect(
    at.domain.inbound.purchase(
      inbound('D1', [receipt('A', 5), receipt('A', 5, { batchNo: 'D1' })], { operator: NAME }),
      at.call,
    ),
  ).rejects.toMatchObject({ code: 'INV_008' });
});

test('what a token tells of its user is gone once it is withdrawn, and its commands still name the token', async () => {
  await open();
  const { tokenId, call } = await tokenOf(NAME);
  const other = await tokenOf('Bob');
  await at.domain.skus.create({ skuId: 'A' }, call);
  await at.domain.skus.create({ skuId: 'B' }, other.call);
  await at.domain.tokens.noteUse(tokenId, call);
  await expect(at.domain.erase({ tokenId }, at.call)).rejects.toMatchObject({ code: 'INV_010' });
  await at.domain.tokens.revoke({ tokenId }, at.call, localPrincipal);
  const erased = await at.domain.erase({ tokenId }, at.call);
  expect(erased).toMatchObject({ commands: 3, documents: 0 });
  const about = `SELECT COUNT(*) FROM command WHERE actor = 'token:${tokenId}' AND address IS NULL AND agent IS NULL`;
  expect(Number(await valueOf(at.dataSource, about))).toBe(1);
  expect(Number(await valueOf(at.dataSource, `SELECT COUNT(*) FROM command WHERE address = '${ADDRESS}'`))).toBe(1);
  const text = await textOfDatabase();
  expect(text).not.toContain(inJson(NAME));
  expect(text).toContain('Bob');
  const [newest] = (await at.domain.audit.search({ procedure: 'system.erase', limit: 1 })).items;
  expect(newest).toMatchObject({ procedure: 'system.erase', outcome: 'done' });
});

test('a token that has expired is over as well; one that is not there is told', async () => {
  await open();
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const { tokenId } = await tokenOf(NAME, { expiresAt });
  await expect(at.domain.erase({ tokenId }, at.call)).rejects.toMatchObject({ code: 'INV_010' });
  at.advance(120);
  expect((await at.domain.erase({ tokenId }, at.call)).commands).toBe(1);
  await expect(at.domain.erase({ tokenId: '01J0000000000000000000GONE' }, at.call)).rejects.toMatchObject({
    code: 'INV_007',
  });
});

test('where commands are sealed, nothing is changed without the key that amends them', async () => {
  const checkpointKeys = createTestKeys();
  await open({ ports: { checkpointKeys } });
  await bought('D1', NAME);
  await seal();
  Object.defineProperty(checkpointKeys, 'signingKeyId', { get: () => undefined });
  await expect(at.domain.erase({ operator: NAME }, at.call)).rejects.toMatchObject({ code: 'INV_010' });
  expect(await textOfDatabase()).toContain(inJson(inJson(NAME)));
});

test('stopped, it leaves the rest to the next time', async () => {
  await open();
  await bought('D1', NAME);
  const stop = new AbortController();
  const erasing = at.domain.erase({ operator: NAME }, at.call, {
    ...{ signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) },
  });
  await expect(erasing).rejects.toThrow('enough');
  expect(await at.domain.erase({ operator: NAME }, at.call)).toMatchObject({ commands: 0, documents: 1 });
});
