/** Where random trades happen: a stock engine with costing, whoever opened it, and one SKU in it. */
import type { TestCost } from './test-cost.ts';

export type TradeShop = Pick<TestCost, 'domain' | 'cost' | 'call'>;

export interface Trade extends TradeShop {
  /** From 1, of so many. */
  readonly number: number;
  readonly of: number;
  readonly skuId: string;
  /** A number from 0 up to, not including, the limit. */
  readonly draw: (limit: number) => number;
  /** Documents that sold something of it. */
  readonly sales: string[];
  /** Numbers of what was sent elsewhere. */
  readonly transfers: string[];
}
