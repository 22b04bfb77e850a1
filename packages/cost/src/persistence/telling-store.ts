/** The succession of events that tell of a SKU's cost. Asked under the lock of its cost state, so that versions follow each other. */
import type { Fact } from '@granary/domain/entities/outbox';
import type { Tx } from '@granary/domain/persistence/transaction';

type CostEventType = Extract<
  Fact['type'],
  'cost.strategy.switched' | 'cost.revalued' | 'cost.standard.set' | 'cost.late.added'
>;

/** The first event of a SKU has nothing before it, whatever its cost was until then. */
export async function tellCost(
  tx: Tx,
  type: CostEventType,
  {
    before,
    after,
  }: { readonly before: unknown; readonly after: Readonly<Record<string, unknown>> & { readonly skuId: string } },
): Promise<Fact> {
  const { skuId } = after;
  await tx.write(
    'INSERT INTO cost_telling (sku_id, version) VALUES (?, 1) ON DUPLICATE KEY UPDATE version = version + 1',
    [skuId],
  );
  const [row] = await tx.rows('SELECT t.version AS version FROM cost_telling AS t WHERE t.sku_id = ?', [skuId]);
  const to = Number(row?.['version']);
  return { type, kind: 'cost', id: skuId, from: to - 1, to, commandId: tx.commandId, before, after };
}
