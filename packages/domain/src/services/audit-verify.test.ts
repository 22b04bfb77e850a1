/** Whoever changes commands or ledger past the engine is found by the signed checkpoints, and the very row is named. */
import type { AuditReport } from '@granary/contracts/checkpoint';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hashAnew } from '../testing/checkpoints.ts';
import { openSealedShop, type SealedShop } from '../testing/sealed-shop.ts';

let shop: SealedShop;
beforeAll(async () => {
  shop = await openSealedShop();
});
afterEach(() => shop.copy.restore());
afterAll(() => shop.at.close());

const sql = (text: string) => shop.at.dataSource.query(text);
const id = (name: string) => shop.commandIds.get(name) ?? '';
const found = ({ findings }: AuditReport) => findings.map(({ kind, row }) => `${kind} ${row}`);
const A = `sku_id = 'A' AND location_id = 'default'`;
const verify = () => shop.at.domain.verifyAudit();

test('what nobody touched is found whole, and all of it was looked at', async () => {
  const seen: unknown[] = [];
  const report = await shop.at.domain.verifyAudit({ onProgress: (progress) => seen.push(progress) });
  expect(report).toMatchObject({ ok: true, findings: [], checkpoints: 2, commands: 7, movements: 6, pruned: 0 });
  expect(report.newest).toMatchObject({ no: 2 });
  expect(seen.length).toBeGreaterThan(2);
});

describe('an edited movement is named, whichever column it is', () => {
  test.each([
    'kind = "adjust"',
    'on_hand_delta = on_hand_delta - 1',
    'reserved_delta = 1',
    'locked_delta = 1',
    'deficit_delta = 1',
    'on_hand = on_hand + 1',
    'reserved = 1',
    'locked = 1',
    'deficit = 1',
    'command_id = REPEAT("0", 26)',
    'reservation_id = REPEAT("0", 26)',
    'document_id = REPEAT("0", 26)',
    'batch_id = REPEAT("0", 26)',
    'reason = "found"',
    'occurred_at = occurred_at - INTERVAL 1 SECOND',
    'recorded_at = recorded_at + INTERVAL 1 MICROSECOND',
    'hash = REPEAT("x", 32)',
  ])('%s', async (set) => {
    await sql(`UPDATE stock_movement SET ${set} WHERE ${A} AND version = 2`);
    expect(found(await verify())).toEqual(['edited movement A / default / 2']);
  });

  test('and all of several, and none that only follow one', async () => {
    await sql(`UPDATE stock_movement SET reason = 'x' WHERE ${A} AND version IN (1, 2, 4)`);
    expect(found(await verify())).toEqual([1, 2, 4].map((version) => `edited movement A / default / ${version}`));
  });

  test.each([0, 99])('also where somebody says that checkpoint %i seals it, which is not there', async (no) => {
    await sql(`INSERT INTO checkpoint_level SELECT m.sku_id, m.location_id, 5, 5, ${no}, p.hash, m.hash, ''
      FROM stock_movement AS m JOIN stock_movement AS p USING (sku_id, location_id)
      WHERE m.${A.replace('AND ', 'AND m.')} AND m.version = 5 AND p.version = 4`);
    await sql(`UPDATE stock_movement SET reason = 'x' WHERE ${A} AND version = 5`);
    expect(found(await verify())).toEqual([`checkpoint checkpoint ${no}`, 'edited movement A / default / 5']);
  });

  test('behind the seal as well, by the chain', async () => {
    await sql(`UPDATE stock_movement SET reason = 'x' WHERE ${A} AND version = 5`);
    expect(found(await verify())).toEqual(['edited movement A / default / 5']);
  });

  test('also when every hash after it was computed anew', async () => {
    await sql(`UPDATE stock_movement SET reason = 'x' WHERE ${A} AND version = 2`);
    await hashAnew(shop.at.dataSource, 'A');
    const [first, ...others] = found(await verify());
    expect(first).toBe('edited movement A / default / 2');
    // The rows after it say what was sealed, and their hashes are not those.
    expect(others).toEqual([3, 4, 5].map((version) => `edited movement A / default / ${version}`));
  });
});

describe('a movement that is gone or was not there is named', () => {
  test('cut out of the middle', async () => {
    await sql(`DELETE FROM stock_movement WHERE ${A} AND version = 2`);
    expect(found(await verify())).toEqual(['gone movement A / default / 2']);
  });

  test('the tail, with the level set back as if it had never been', async () => {
    await sql(`DELETE FROM stock_movement WHERE ${A} AND version > 2`);
    await hashAnew(shop.at.dataSource, 'A');
    expect(found(await verify())).toEqual([
      'gone movement A / default / 3',
      'gone movement A / default / 4',
      'edited level A / default',
    ]);
  });

  test('the tail behind the seal, which the level has counted', async () => {
    await sql(`DELETE FROM stock_movement WHERE ${A} AND version = 5`);
    expect(found(await verify())).toEqual(['gone movement A / default / 5']);
  });

  test('a hole behind the seal', async () => {
    await sql(`UPDATE stock_movement SET version = 7 WHERE ${A} AND version = 5`);
    expect(found(await verify())).toEqual(['gone movement A / default / 5..6', 'added movement A / default / 6..7']);
  });

  test('a whole level, with its row', async () => {
    await sql(`DELETE FROM stock_movement WHERE sku_id = 'B'`);
    await sql(`DELETE FROM stock_level WHERE sku_id = 'B'`);
    expect(found(await verify())).toEqual(['gone movement B / default / 1', 'gone level B / default']);
  });

  test.each([
    ['6', ['added movement A / default / 6']],
    ['0', ['added movement A / default / 0']],
  ])('put in as version %s', async (version, expected) => {
    await sql(`INSERT INTO stock_movement SELECT sku_id, location_id, ${version}, batch_id, kind, on_hand_delta, reserved_delta, locked_delta,
      deficit_delta, on_hand, reserved, locked, deficit, command_id, reservation_id, document_id, reason, occurred_at, recorded_at, hash
      FROM stock_movement WHERE ${A} AND version = 5`);
    expect(found(await verify())).toEqual(expect.arrayContaining(expected));
  });

  test('a level whose head says something else', async () => {
    await sql(`UPDATE stock_level SET head_hash = REPEAT('x', 32) WHERE ${A}`);
    expect(found(await verify())).toEqual(['edited level A / default']);
  });
});

describe('an edited command is named, whichever column it is', () => {
  test.each([
    'procedure_name = "sku.create"',
    'actor = "somebody"',
    'address = NULL',
    'agent = "curl"',
    'request_id = "other"',
    'request_hash = REPEAT("x", 32)',
    'request = "{}"',
    'outcome = "refused"',
    'before_json = NULL',
    'after_json = "{}"',
    'idempotency_key = "mine"',
    'answer = "{}"',
    'recorded_at = recorded_at + INTERVAL 1 MICROSECOND',
    'recorded_at = recorded_at + INTERVAL 1 HOUR',
  ])('%s', async (set) => {
    await sql(`UPDATE command SET ${set} WHERE command_id = '${id('renamed')}'`);
    expect([...new Set(found(await verify()))]).toContain(`edited command ${id('renamed')}`);
    expect((await verify()).findings.every(({ row }) => row === `command ${id('renamed')}`)).toBe(true);
  });

  test('a refused one, and why it was refused', async () => {
    await sql(`UPDATE command SET answer = '{}' WHERE command_id = '${id('refused')}'`);
    expect(found(await verify())).toEqual([`edited command ${id('refused')}`]);
  });

  test('the key of one that is young, and the answer under it', async () => {
    await sql(`UPDATE command SET idempotency_key = NULL, answer = NULL WHERE command_id = '${id('purchase')}'`);
    expect(found(await verify())).toEqual([`edited command ${id('purchase')}`]);
  });
});

describe('a command that is gone or was not there is named', () => {
  test('taken out of the middle', async () => {
    await sql(`DELETE FROM command WHERE command_id = '${id('renamed')}'`);
    expect(found(await verify())).toEqual([`gone command ${id('renamed')}`]);
  });

  test('the last ones, sealed', async () => {
    await sql(`DELETE FROM command WHERE command_id >= '${id('second')}'`);
    expect(found(await verify())).toEqual(['second', 'again'].map((name) => `gone command ${id(name)}`));
  });

  test('everything since the first checkpoint, commands and ledger, with levels set back', async () => {
    await sql(`DELETE FROM stock_movement WHERE ${A} AND version > 3`);
    await sql(`DELETE FROM command WHERE command_id >= '${id('second')}'`);
    await hashAnew(shop.at.dataSource, 'A');
    expect(found(await verify())).toEqual([
      ...['second', 'again'].map((name) => `gone command ${id(name)}`),
      'gone movement A / default / 4',
      'edited level A / default',
    ]);
  });

  test('put in where the time was sealed', async () => {
    await sql(`INSERT INTO command SELECT REPEAT('0', 26), procedure_name, actor, address, agent, request_id, NULL, request_hash, request,
      outcome, answer, before_json, after_json, recorded_at FROM command WHERE command_id = '${id('sale')}'`);
    expect(found(await verify())).toEqual([`added command ${'0'.repeat(26)}`]);
  });
});
