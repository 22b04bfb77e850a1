/**
 * Which addresses are not of the public internet, by the registries of IANA (special-purpose addresses, IPv4 and IPv6). Whoever
 * may name a URL must not reach what only this machine, its network or its cloud can: metadata services answer at 169.254.169.254.
 */
import { BlockList, isIP } from 'node:net';

const IPV4: readonly (readonly [prefix: string, bits: number, what: string])[] = [
  ['0.0.0.0', 8, 'this network'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'carrier-grade NAT'],
  ['127.0.0.0', 8, 'loopback'],
  ['168.63.129.16', 32, 'a metadata service'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved for protocols'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.31.196.0', 24, 'AS112'],
  ['192.52.193.0', 24, 'AMT'],
  ['192.88.99.0', 24, '6to4 relay'],
  ['192.168.0.0', 16, 'private'],
  ['192.175.48.0', 24, 'AS112'],
  ['198.18.0.0', 15, 'benchmarking'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved or broadcast'],
];

/** What lies outside 2000::/3 is no address of the public internet; inside it, these are not, or hide an IPv4 address. */
const IPV6: typeof IPV4 = [
  ['::', 128, 'unspecified'],
  ['::1', 128, 'loopback'],
  ['::', 96, 'IPv4-compatible'],
  ['::ffff:0:0', 96, 'IPv4-mapped'],
  ['::ffff:0:0:0', 96, 'IPv4-translated'],
  ['64:ff9b::', 96, 'NAT64'],
  ['64:ff9b:1::', 48, 'NAT64'],
  ['100::', 64, 'discard-only'],
  ['fc00::', 7, 'unique local'],
  ['fe80::', 10, 'link-local'],
  ['fec0::', 10, 'site-local'],
  ['ff00::', 8, 'multicast'],
  ['2001::', 32, 'Teredo'],
  ['2001::', 23, 'reserved for protocols'],
  ['2001:db8::', 32, 'documentation'],
  ['2002::', 16, '6to4'],
  ['2620:4f:8000::', 48, 'AS112'],
  ['3fff::', 20, 'documentation'],
];

const refused = [...IPV4, ...IPV6].map(([prefix, bits, what]) => {
  const list = new BlockList();
  list.addSubnet(prefix, bits, familyOf(prefix));
  return { list, what, family: familyOf(prefix) };
});

const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** What an address is instead of public, such as "loopback"; undefined for a public one. */
export function whyNotPublic(address: string): string | undefined {
  if (isIP(address) === 0) return 'no address';
  const family = familyOf(address);
  // A BlockList looks through IPv4-mapped addresses by itself, so that families are kept apart here.
  const hit = refused.find((range) => range.family === family && range.list.check(address, family));
  if (hit !== undefined) return hit.what;
  return family === 'ipv6' && !globalUnicast.check(address, family) ? 'not of the public internet' : undefined;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}
