/** One step of the sample's story: what a shop does in a day, before anyone sends it anywhere. */

export interface StoryLine {
  readonly skuId: string;
  readonly quantity: number;
  readonly locationId?: string;
}
export interface StoryReceiptLine extends StoryLine {
  readonly locationId: string;
  readonly unitCost: string;
  readonly batchNo?: string;
  readonly producedOn?: string;
  readonly expiresAt?: string;
  readonly qualityLevel?: string;
}

export type Step =
  | {
      readonly kind: 'purchase';
      readonly documentNo: string;
      readonly at: string;
      readonly supplier: string;
      readonly lines: readonly StoryReceiptLine[];
    }
  | {
      readonly kind: 'return';
      readonly documentNo: string;
      readonly at: string;
      readonly lines: readonly StoryReceiptLine[];
    }
  /** Sold at the till of a shop, from free stock. */
  | { readonly kind: 'till'; readonly documentNo: string; readonly at: string; readonly lines: readonly StoryLine[] }
  /** Ordered, paid, and sent unless it was paid today. */
  | {
      readonly kind: 'order';
      readonly orderNo: string;
      readonly at: string;
      readonly shipped: boolean;
      readonly lines: readonly StoryLine[];
    }
  /** A basket of this moment: still open, or given up. */
  | {
      readonly kind: 'cart';
      readonly businessId: string;
      readonly at: string;
      readonly released: boolean;
      readonly lines: readonly StoryLine[];
    };
