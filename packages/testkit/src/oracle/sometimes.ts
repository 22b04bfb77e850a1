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
] as const;

export type Situation = (typeof SOMETIMES)[number];

export function met(world: World, situation: Situation): void {
  world.met.set(situation, (world.met.get(situation) ?? 0) + 1);
}
