/** What people ask an audit, and how it must be found: by which index, and with how many rows read a page at most. */
import type { AuditSearchInput } from '@granary/contracts/audit';
import { EVERY, FIRST_AT } from './fill.ts';

export type Filter = Omit<AuditSearchInput, 'limit' | 'cursor'>;

export interface Search {
  readonly name: string;
  readonly filter: Filter;
  readonly index: string;
  /** Every row that is read is shown, but for the one that tells of a next page. */
  readonly isExact: boolean;
  /** The same as SQL over `command AS c`, to prove the answer; left out where following all pages would take too long. */
  readonly truth?: string;
}

const bySku = (skuId: string) =>
  `EXISTS (SELECT 1 FROM command_sku AS s WHERE s.command_id = c.command_id AND s.sku_id = '${skuId}')`;

/** `rows` commands, one a second. */
export function searchesOf(rows: number): readonly Search[] {
  const moment = (share: number) =>
    new Date(Date.parse(`${FIRST_AT.replace(' ', 'T')}Z`) + Math.floor(rows * share) * 1000)
      .toISOString()
      .replace('Z', '000Z');
  const sql = (instant: string) => `'${instant.replace('T', ' ').slice(0, 23)}'`;
  const [from, to] = [moment(0.4), moment(0.4 + 1000 / rows)];
  const between = `c.recorded_at >= ${sql(from)} AND c.recorded_at < ${sql(to)}`;
  return [
    { name: 'all', filter: {}, index: 'command_time', isExact: true },
    { name: 'time', filter: { from, to }, index: 'command_time', isExact: true, truth: between },
    {
      name: 'actor',
      filter: { actor: 'token:8' },
      index: 'command_actor',
      isExact: true,
      truth: `c.actor = 'token:8'`,
    },
    { name: 'rare actor', filter: { actor: 'rare' }, index: 'command_actor', isExact: true, truth: `c.actor = 'rare'` },
    { name: 'SKU', filter: { skuId: 'S42' }, index: 'command_sku_time', isExact: true, truth: bySku('S42') },
    { name: 'hot SKU', filter: { skuId: 'HOT' }, index: 'command_sku_time', isExact: true },
    {
      ...{ name: 'hot SKU and time', filter: { skuId: 'HOT', from, to }, index: 'command_sku_time', isExact: true },
      truth: `${bySku('HOT')} AND ${between}`,
    },
    {
      ...{ name: 'actor and time', filter: { actor: 'token:8', from, to }, index: 'command_actor', isExact: true },
      truth: `c.actor = 'token:8' AND ${between}`,
    },
    {
      ...{ name: 'refused', filter: { outcome: 'refused' }, index: 'command_outcome', isExact: true },
      truth: `c.outcome = 'refused'`,
    },
    {
      ...{ name: 'hot SKU and rare actor', filter: { skuId: 'HOT', actor: 'rare' }, index: 'command_sku_time' },
      ...{ isExact: false, truth: `${bySku('HOT')} AND c.actor = 'rare'` },
    },
    {
      ...{ name: 'actor and procedure', filter: { actor: 'token:8', procedure: 'outbound.sales' } },
      ...{
        index: 'command_actor',
        isExact: false,
        truth: `c.actor = 'token:8' AND c.procedure_name = 'outbound.sales'`,
      },
    },
    {
      ...{ name: 'address', filter: { address: `192.0.2.${EVERY.address - 1}`, from, to }, index: 'command_time' },
      ...{ isExact: false, truth: `c.address = '192.0.2.${EVERY.address - 1}' AND ${between}` },
    },
    {
      ...{ name: 'nobody', filter: { address: '203.0.113.1' }, index: 'command_time', isExact: false },
    },
  ];
}
