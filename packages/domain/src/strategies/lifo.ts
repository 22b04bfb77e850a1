/** Last in, first out: the newest receipt; ties by id, the newest first. */
import { oldestFirst, orderedBy } from './strategy.ts';

export const lifo = orderedBy('lifo', 'newest', (a, b) => oldestFirst(b, a));
