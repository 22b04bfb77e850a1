/** Rare situations that the rules treat differently. A model that never met one of them proves nothing about its rule, so they are counted. */
import type { World } from './world.ts';

export const SOMETIMES = [
  'a hold is answered as it is',
  'a hold is replaced',
  'a replacement meets a hold of which a part has left',
  'lines of one hold are added up',
  'each sum fits alone, together they do not',
  'an overdue hold of the same name',
  'overdue holds in the way of a call that then succeeds',
  'overdue holds in the way of a call that is short even so',
  'a hold over two places',
  'a confirmation of what has left already',
  'a deduct of a part',
  'a conversion repeated',
  'an overdue hold in the way of a conversion',
  'more due than the sweep may take',
  'a sale that leaves some of its confirmed and active holds',
  'a sale from holds and free stock',
  'a batch topped up at another cost',
  'a number opened at another place',
  'a document repeated',
  'a refusal told again',
  'a document taken back',
  'goods come back in another quality',
  'goods come back to what took their batch over',
  'a receipt of a merged number',
  'held goods are frozen',
  'goods leave a hold of which others are frozen',
  'a lock is answered as it is',
  'an overdue lock of the same name',
  'a release of an overdue lock',
  'held goods are merged',
  'locked goods are merged',
  'a merge of expired goods with others',
  'a batch of which goods are held is split',
  'a corrected date brings goods back',
  'found goods open a batch',
  'a count that changes nothing',
  'a recall reaches what was made of the lot',
  'a recalled hold gets other goods',
  'a recalled hold finds nothing',
  'a recalled number arrives at another place',
  'a bundle is held',
  'virtual units are held',
  'a definition changes while units of it are held',
  'a step of a transfer repeated',
  'a part of a transfer arrives',
  'a shortage of a transfer is written off',
  'a transfer on its way comes back',
  'a SKU without stock begins or ends to have serials',
  'pieces are named that shall leave',
  'the lowest pieces leave',
  'pieces come back from what they left by',
  'pieces are named that arrive or are lost',
  'a part of what was expected arrives',
  'all that was expected arrives',
  'what is short is told of what comes next',
  'somebody tells late what happened',
  'a business document holds too many',
  'a business document holds too large a share',
  'an actor holds too many',
  'a conversion gathers too large a share',
] as const;

/** Situations that only arise where what is short may be sold. */
export const SOMETIMES_SHORT = ['what is not there is sold', 'a receipt pays a deficit'] as const;

export type Situation = (typeof SOMETIMES)[number] | (typeof SOMETIMES_SHORT)[number];

export function met(world: World, situation: Situation): void {
  world.met.set(situation, (world.met.get(situation) ?? 0) + 1);
}
