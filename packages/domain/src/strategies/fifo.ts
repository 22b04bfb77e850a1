/** First in, first out: the oldest receipt; ties by id. */
import { oldestFirst, orderedBy } from './strategy.ts';

export const fifo = orderedBy('fifo', 'oldest', oldestFirst);
