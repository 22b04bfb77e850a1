/** The hash under which requests, contents and movements are compared. */
import { hash } from 'node:crypto';

/** In one shot: a Hash object for each of them would cost more than the hashing. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** For texts that mostly repeat the one before: what carts ask for, beside who asks. */
export function rememberingSha256(): (text: string) => string {
  let last: string | undefined;
  let known = '';
  return (text) => {
    if (text !== last) {
      known = sha256(text);
      last = text;
    }
    return known;
  };
}
