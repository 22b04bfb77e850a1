/** Callers of whom neither address nor program is known: what they do, and what workers do for them, is recorded without. */
import { localPrincipal } from '@granary/contracts/permission';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf } from '../testing/database-state.ts';
import { createTestWorker } from '../testing/jobs.ts';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { runSnapshotJob } from '../testing/snapshots.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
const caller = { actor: 'nobody', address: null, agent: null, requestId: 'nameless' };
const call = { caller, deadlineMs: 30_000 };

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.inbound.purchase(inbound('PO', [receipt('A', 5)]), call);
});
afterAll(() => closeSound(at));

const recorded = () =>
  rowsOf(at.dataSource, `SELECT procedure_name AS name, outcome, address, agent FROM command WHERE actor = 'nobody'`);

test('a job and a snapshot go on under their name', async () => {
  const { id } = await at.domain.jobs.rebuild({}, call);
  expect(await createTestWorker(at.domain, 'w').finish(id)).toMatchObject({ state: 'done' });
  await at.domain.snapshots.create({ name: 'plain' }, call);
  await runSnapshotJob(at);
  const rows = await recorded();
  for (const name of ['system.rebuild', 'snapshot.create'])
    expect(rows).toContainEqual({ name, outcome: 'done', address: null, agent: 'granary-worker' });
});

test('a refusal is recorded', async () => {
  const procedure = 'reservation.reserve';
  const refusal = await refusalOf(at.domain.reservations.reserve(hold('A', 500, 'O'), call));
  await at.domain.refusals.record({ procedure, input: { skuId: 'A' }, call, isChecked: false, refusal });
  expect(await recorded()).toContainEqual({ name: procedure, outcome: 'refused', address: null, agent: null });
});

test('the use of a token is noted', async () => {
  const { tokenId } = await at.domain.tokens.create({ name: 'a shop', role: 'business' }, call, localPrincipal);
  await at.domain.tokens.noteUse(tokenId, call);
  const [row] = await rowsOf(at.dataSource, 'SELECT * FROM token WHERE token_id = ?', [tokenId]);
  expect(row).toMatchObject({ last_used_at: expect.any(String), last_used_address: null });
});
