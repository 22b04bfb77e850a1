/** Where random trades happen: a stock engine with costing, whoever opened it, and one SKU in it. */
import type { Call } from '@granary/domain/call';
import type { Domain } from '@granary/domain';
import type { Cost } from '../cost.ts';
import type { Draw } from './drawing.ts';

export interface TradeShop {
  readonly domain: Domain;
  readonly cost: Cost;
  readonly call: Call;
}

export interface Trade extends TradeShop {
  /** From 1, of so many. */
  readonly number: number;
  readonly of: number;
  readonly skuId: string;
  readonly draw: Draw;
  /** Documents that sold something of it. */
  readonly sales: string[];
  /** Numbers of what was sent elsewhere. */
  readonly transfers: string[];
}
