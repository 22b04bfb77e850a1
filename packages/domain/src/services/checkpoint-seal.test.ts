/** What a checkpoint has room for, where a level says more than its movements do. */
import { expect, test } from 'vitest';
import { createTestKeys } from '../testing/checkpoints.ts';
import { inbound, receipt } from '../testing/inputs.ts';
import { openTestDomain } from '../testing/test-domain.ts';

test('a level that counts more movements than there are takes no room of the others', async () => {
  const at = await openTestDomain({ ports: { checkpointKeys: createTestKeys() } });
  try {
    const { inbound: receiving, checkpoints } = at.domain;
    for (const skuId of ['A', 'B']) await receiving.purchase(inbound(skuId, [receipt(skuId, 1)]), at.call);
    await at.dataSource.query("UPDATE stock_level SET version = 1000000 WHERE sku_id = 'A'");
    expect(await checkpoints.seal()).toMatchObject({ movements: 2, isWhole: false });
    expect(await checkpoints.seal()).toMatchObject({ movements: 0, isWhole: true });
  } finally {
    await at.close();
  }
});
