/**
 * A day's work with tokens in the right place and in every wrong one, through both doors; then the log at its most
 * talkative, every column of every table and every answer are searched for any piece of a secret.
 */
import { Writable } from 'node:stream';
import { localPrincipal } from '@granary/contracts/permission';
import { createLog } from '@granary/platform/log';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { guide } from '../openapi/guide/all.ts';
import { openRealApi, type RealApi } from '../testing/real-api.ts';
import { type Answer, ask, pick, post, posted, sendBytes } from '../testing/stub-api.ts';

const call = { caller: { actor: 'local', address: null, agent: null, requestId: 'setup' } };
const lines: string[] = [];
const collector = new Writable({
  write(chunk: Buffer, _encoding, done) {
    lines.push(chunk.toString());
    done();
  },
});

let api: RealApi;
/** What works, and what does not: revoked, with another end, unknown. */
const tokens = new Map<string, string>();
const answers: string[] = [];
beforeAll(async () => {
  api = await openRealApi(
    { GRANARY_ACCESS: 'tokens' },
    { log: createLog({ level: 'debug', name: 'api', to: collector }) },
  );
  const { tokens: service } = api.granary.domain;
  const make = async (name: string) => {
    const made = await service.create({ name, role: 'admin' }, call, localPrincipal);
    tokens.set(name, made.token ?? '');
    return made.tokenId;
  };
  await make('admin');
  await service.revoke({ tokenId: await make('revoked') }, call, localPrincipal);
  const admin = tokens.get('admin') ?? '';
  tokens.set('wrong', `${admin.slice(0, 30)}${'wrong-secret-'.repeat(4).slice(0, 43)}`);
  tokens.set('malformed', `${admin}x`);
});
afterAll(() => api?.end());

function heard(answer: Answer): Answer {
  answers.push(answer.text, JSON.stringify([...answer.headers]));
  return answer;
}

const doors = (procedure: string) => [`${api.url}/trpc/${procedure}`, `${api.url}/v1/${procedure.replace('.', '/')}`];
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const bearing = () => bearer(tokens.get('admin') ?? '');

test('ordinary work with tokens that work and tokens that do not', async () => {
  const calls = Object.entries(guide).filter(([procedure]) => procedure !== 'stock.watch');
  for (const [procedure, { examples }] of calls)
    for (const url of doors(procedure)) heard(await post(url, examples[0]?.input ?? {}, bearing()));
  // One that does not work changes nothing, so these go side by side, every other call through the same door.
  for (const [name, token] of [...tokens].filter(([each]) => each !== 'admin')) {
    const answered = await Promise.all(
      calls.map(async ([procedure, { examples }], at) => {
        const url = doors(procedure)[at % 2] ?? '';
        return heard(await post(url, examples[0]?.input ?? {}, bearer(token)));
      }),
    );
    expect([name, answered.length]).toEqual([name, calls.length]);
  }
});

test('making tokens through both doors tells each secret in that one answer', async () => {
  for (const url of doors('token.create')) {
    const input = { name: 'made', role: 'user', idempotencyKey: url };
    const made = await post(url, input, bearing());
    const text = pick(pick(pick(made.body, 'result'), 'data') ?? made.body, 'token');
    expect(text).toMatch(/^gk_/);
    tokens.set(`made at ${url}`, String(text));
    answers.push(made.text.replaceAll(String(text), ''));
    heard(await post(url, input, bearing()));
  }
});

test('a token in a wrong place is refused, or not kept', async () => {
  for (const token of tokens.values()) {
    const reserve = { skuId: 'A', quantity: 1, type: 'cart', businessId: 'C' };
    const inputs: [procedure: string, input: Record<string, unknown>, path: string][] = [
      ['sku.create', { skuId: `x${token}` }, 'skuId'],
      ['sku.create', { skuId: 'T', name: `my ${token}` }, 'name'],
      ['sku.create', { skuId: 'T', attributes: { note: { deep: [token] } } }, 'attributes.note.deep.0'],
      ['sku.create', { skuId: 'T', attributes: { [token]: 1 } }, 'attributes'],
      ['sku.create', { skuId: 'T', [token]: 1 }, ''],
      ['reservation.reserve', { ...reserve, idempotencyKey: token }, 'idempotencyKey'],
      ['reservation.release', { type: 'cart', businessId: 'C', reason: `Bearer ${token}` }, 'reason'],
      ['reservation.reserveMany', { lines: [{ ...reserve, lineId: token }] }, 'lines.0.lineId'],
      ['token.create', { name: token, role: 'user' }, 'name'],
      ['stock.check', { skuId: token }, 'skuId'],
    ];
    for (const [procedure, input, path] of inputs) {
      for (const url of doors(procedure)) {
        const answer = heard(await post(url, input, bearing()));
        const told = pick(pick(answer.body, 'error'), 'data') ?? answer.body;
        expect([url, answer.status, pick(pick(told, 'details'), 'issues')]).toEqual([
          url,
          422,
          [{ path, message: expect.stringContaining('holds a token') }],
        ]);
      }
    }
    const key = { ...bearing(), 'idempotency-key': token };
    for (const url of doors('reservation.reserve')) expect(heard(await post(url, reserve, key)).status).toBe(422);
    await inUrlsAndHeaders(token);
  }
});

async function inUrlsAndHeaders(token: string): Promise<void> {
  const headers = bearing();
  for (const path of [
    `/v1/sku/list?token=${token}`,
    `/v1/sku/list?authorization=${encodeURIComponent(`Bearer ${token}`)}`,
    `/v1/stock/check?skuId=${token}`,
    `/v1/stock/check?skuId=%67k_${token.slice(3)}`,
    `/v1/stock/check?input=${encodeURIComponent(JSON.stringify({ skuId: token }))}`,
    `/v1/stock/check?input=${token}`,
    `/v1/${token}/list`,
    `/inventory/check/${token}`,
    `/trpc/stock.check?input=${encodeURIComponent(JSON.stringify({ skuId: token }))}`,
    `/trpc/${token}`,
    `/${token}`,
    `/v1/sku/list?${token}=1`,
  ])
    heard(await ask(`${api.url}${path}`, { headers }));
  for (const more of [
    { 'user-agent': token },
    { 'x-request-id': token },
    { 'x-request-id': token.slice(0, 60) },
    { cookie: `token=${token}` },
    { 'x-api-key': token },
    { authorization: `Basic ${token}` },
    { authorization: `Bearer ${token}, Bearer ${token}` },
    { authorization: token },
  ])
    for (const url of doors('location.update'))
      heard(await post(url, { locationId: 'default', name: 'x' }, { ...headers, ...more }));
  for (const url of doors('sku.create')) {
    heard(await ask(url, posted(`{"skuId":"${token}`, { 'content-type': 'application/json', ...headers })));
    heard(await ask(url, posted(token, { 'content-type': 'text/plain', ...headers })));
    heard(await ask(url, { method: 'DELETE', headers: { ...headers, 'x-method': token } }));
  }
  answers.push(await sendBytes(api.port, `GET /${token} HTTP/1.1\r\nHost: x\r\nBroken ${token}\r\n\r\n`, 300));
}

test('failures inside, which are logged with all that is known of them, do not hold one either', async () => {
  const before = lines.length;
  await api.granary.dataSource.query('RENAME TABLE sku TO sku_away');
  try {
    for (const token of tokens.values()) {
      for (const url of doors('stock.check')) {
        const headers = { ...bearing(), 'user-agent': token };
        heard(await post(`${url}`, { skuId: 'TEE' }, headers));
        heard(await ask(`${url}?token=${token}`, { headers }));
      }
    }
  } finally {
    await api.granary.dataSource.query('RENAME TABLE sku_away TO sku');
  }
  expect(lines.length).toBeGreaterThan(before + 4);
});

test('no piece of any secret is in the log, in a table or in an answer', async () => {
  const { dataSource } = api.granary;
  const tables: { name: string }[] = await dataSource.query(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'",
  );
  const rows = await Promise.all(
    tables.map(async ({ name }) => `${name} ${spelled(await dataSource.query(`SELECT * FROM \`${name}\``))}`),
  );
  expect(rows.join('')).toContain('"agent":"gk_');
  expect(tables.length).toBeGreaterThan(12);
  expect(rows.join('').length).toBeGreaterThan(20_000);
  expect(answers.length).toBeGreaterThan(500);
  const places = { log: lines.join(''), tables: rows.join('\n'), answers: answers.join('\n') };
  const found = [...tokens].flatMap(([name, token]) =>
    Object.entries(places).flatMap(([place, text]) => {
      const [at] = piecesOf(token.slice(30, 73)).flatMap((piece) =>
        text.includes(piece) ? [text.indexOf(piece)] : [],
      );
      return at === undefined ? [] : [`${name} in the ${place}: …${text.slice(Math.max(0, at - 80), at + 12)}…`];
    }),
  );
  expect(found).toEqual([]);
});

/** Bytes as text and as digits, so that a secret is found in whatever dress. */
function spelled(rows: unknown): string {
  return JSON.stringify(rows, (_name, value: unknown) => {
    const isBytes = typeof value === 'object' && value !== null && pick(value, 'type') === 'Buffer';
    const bytes = isBytes ? Buffer.from(pick(value, 'data') as number[]) : undefined;
    return bytes === undefined
      ? value
      : `${bytes.toString('latin1')} ${bytes.toString('hex')} ${bytes.toString('base64url')}`;
  });
}

/** Every twelve characters of it: a secret that was cut is a secret still. */
function piecesOf(secret: string): string[] {
  expect(secret).toHaveLength(43);
  return Array.from({ length: 32 }, (_each, at) => secret.slice(at, at + 12));
}
