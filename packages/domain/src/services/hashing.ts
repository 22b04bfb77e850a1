/** The hash under which requests, contents and movements are compared. */
import { hash } from 'node:crypto';

/** In one shot: a Hash object for each of them would cost more than the hashing. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
