/** What a long run must have done at least once. */
import { shapes } from './answer-shapes.ts';

/** Every procedure that the oracle can judge, and what the model does beside. */
export const COMMAND_NAMES: readonly string[] = [
  ...Object.keys(shapes),
  ...['advance the clock', 'replay of a key', 'the same call again'],
];
