import { describe, expect, it } from 'vitest';
import { addressKey } from './address-key.ts';

const table: readonly [what: string, address: string | undefined, key: string][] = [
  ['IPv4 is itself', '203.0.113.7', '203.0.113.7'],
  ['IPv4 within IPv6 is the same caller', '::ffff:203.0.113.7', '203.0.113.7'],
  ['the first half of IPv6', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['another address of the same customer', '2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['zeros written out', '2001:0db8:0:0:1:2:3:4', '2001:db8:0:0::/64'],
  ['zeros left out', '2001:db8::1:2:3:4', '2001:db8:0:0::/64'],
  ['this machine', '::1', '0:0:0:0::/64'],
  ['with the name of its interface', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['a socket that is gone', undefined, 'gone'],
];

describe('the name under which an address is counted', () => {
  it.each(table)('%s', (_what, address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
