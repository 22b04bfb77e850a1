import { describe, expect, it } from 'vitest';
import { whyNotPublic } from './private-address.ts';
import { createWebhookUrlCheck } from './webhook-url.ts';

const problemOf = createWebhookUrlCheck({ allowPrivate: false });
const problemAtHome = createWebhookUrlCheck({ allowPrivate: true });

/** Every address here must be refused when it stands in a URL, and, as far as it is one in its plain form, when DNS says it. */
const closed: readonly (readonly [address: string, what: string])[] = [
  ['0.0.0.0', 'this network'],
  ['0.255.255.255', 'this network'],
  ['10.0.0.0', 'private'],
  ['10.255.255.255', 'private'],
  ['100.64.0.0', 'carrier-grade NAT'],
  ['100.100.100.200', 'carrier-grade NAT'],
  ['100.127.255.255', 'carrier-grade NAT'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['168.63.129.16', 'a metadata service'],
  ['169.254.0.1', 'link-local'],
  ['169.254.169.254', 'link-local'],
  ['169.254.170.2', 'link-local'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.0.0.192', 'reserved for protocols'],
  ['192.0.2.7', 'documentation'],
  ['192.88.99.1', '6to4 relay'],
  ['192.168.0.1', 'private'],
  ['192.168.255.255', 'private'],
  ['198.18.0.1', 'benchmarking'],
  ['198.19.255.255', 'benchmarking'],
  ['198.51.100.1', 'documentation'],
  ['203.0.113.9', 'documentation'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.250', 'multicast'],
  ['240.0.0.1', 'reserved or broadcast'],
  ['255.255.255.255', 'reserved or broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::7f00:1', 'IPv4-compatible'],
  ['::ffff:127.0.0.1', 'IPv4-mapped'],
  ['::ffff:8.8.8.8', 'IPv4-mapped'],
  ['::ffff:a9fe:a9fe', 'IPv4-mapped'],
  ['0:0:0:0:0:ffff:10.0.0.1', 'IPv4-mapped'],
  ['::ffff:0:7f00:1', 'IPv4-translated'],
  ['64:ff9b::7f00:1', 'NAT64'],
  ['64:ff9b::a9fe:a9fe', 'NAT64'],
  ['64:ff9b:1::1', 'NAT64'],
  ['100::1', 'discard-only'],
  ['200::1', 'not of the public internet'],
  ['fc00::1', 'unique local'],
  ['fd00:ec2::254', 'unique local'],
  ['fdff:ffff::1', 'unique local'],
  ['fe80::1', 'link-local'],
  ['febf::1', 'link-local'],
  ['fec0::1', 'site-local'],
  ['ff02::1', 'multicast'],
  ['ff0e::1', 'multicast'],
  ['2001::1', 'Teredo'],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'Teredo'],
  ['2001:20::1', 'reserved for protocols'],
  ['2001:db8::1', 'documentation'],
  ['2002:7f00:1::', '6to4'],
  ['2002:a9fe:a9fe::1', '6to4'],
  ['3fff::1', 'documentation'],
  ['4000::1', 'not of the public internet'],
  ['5f00::1', 'not of the public internet'],
];

/** The first and the last public addresses beside the closed ranges, and a few that are well known. */
const open = [
  ...['1.0.0.0', '1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
  ...['128.0.0.0', '168.63.129.15', '168.63.129.17', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0'],
  ...['192.0.1.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0', '203.0.112.255', '203.0.114.0'],
  ...['223.255.255.255', '2001:4860:4860::8888', '2606:4700:4700::1111', '2001:200::1', '2003::1', '2a00:1450::1'],
  '3ffe:ffff::1',
];

const inUrl = (address: string) => `https://${address.includes(':') ? `[${address}]` : address}/hooks`;

describe('an address that is not public', () => {
  it.each(closed)('%s is refused as %s', (address, what) => {
    expect(whyNotPublic(address)).toBe(what);
    expect(problemOf(inUrl(address))).toContain(`is not a public address (${what})`);
    expect(problemAtHome(inUrl(address))).toBeUndefined();
  });

  it.each(open)('does not take %s for one', (address) => {
    expect(whyNotPublic(address)).toBeUndefined();
    expect(problemOf(inUrl(address))).toBeUndefined();
  });

  it.each(['', 'localhost', '1.2.3', '1.2.3.4.5', '::g', '127.0.0.1 ', 'fe80::1%eth0x%'])(
    'takes %j for none at all',
    (text) => {
      expect(whyNotPublic(text)).toBeDefined();
    },
  );
});

describe('another way to write an address', () => {
  it.each([
    ['decimal', 'https://2130706433/', '127.0.0.1'],
    ['hexadecimal', 'https://0x7f000001/', '127.0.0.1'],
    ['octal', 'https://0177.0.0.1/', '127.0.0.1'],
    ['octal in one number', 'https://017700000001/', '127.0.0.1'],
    ['mixed', 'https://0x7f.1/', '127.0.0.1'],
    ['two parts', 'https://127.1/', '127.0.0.1'],
    ['three parts', 'https://10.0.1/', '10.0.0.1'],
    ['zero', 'https://0/', '0.0.0.0'],
    ['a trailing dot', 'https://127.0.0.1./', '127.0.0.1'],
    ['percent signs', 'https://%31%32%37.0.0.1/', '127.0.0.1'],
    ['wide digits', 'https://１２７.０.０.１/', '127.0.0.1'],
    ['an ideographic full stop', 'https://127。0。0。1/', '127.0.0.1'],
    ['digits in circles', 'https://①②⑦.0.0.1/', '127.0.0.1'],
    ['metadata in decimal', 'https://2852039166/latest/meta-data', '169.254.169.254'],
    ['metadata in hexadecimal parts', 'https://0xa9.0xfe.0xa9.0xfe/', '169.254.169.254'],
    ['backslashes', 'https:\\\\127.0.0.1\\x', '127.0.0.1'],
    ['a tab inside', 'https://127.0.\t0.1/', '127.0.0.1'],
    ['IPv6 in full', 'https://[0000:0000:0000:0000:0000:0000:0000:0001]/', '::1'],
    ['IPv4 inside IPv6', 'https://[::ffff:169.254.169.254]/', '::ffff:a9fe:a9fe'],
  ])('by %s is seen through', (_how, url, address) => {
    expect(problemOf(url)).toMatch(new RegExp(`^${address.replaceAll('.', '\\.')} is not a public address`));
  });
});

describe('the address of a webhook', () => {
  it.each([
    'https://shop.example.com/hooks',
    'https://shop.example.com:8443/hooks?of=granary',
    'https://shop.example.com:1024',
    'https://xn--fsq.example/',
    'https://例子.example/',
    'https://1.1.1.1.example.com/',
  ])('may be %s', (url) => {
    expect(problemOf(url)).toBeUndefined();
  });

  it.each([
    ['no URL', 'shop.example.com/hooks', /no absolute URL/],
    ['empty', '', /no absolute URL/],
    ['a zone', 'https://[fe80::1%25eth0]/', /no absolute URL/],
    ['a number too large', 'https://4294967296/', /no absolute URL/],
    ['http', 'http://shop.example.com/', /does not begin with https/],
    ['a file', 'file:///etc/passwd', /does not begin with https/],
    ['gopher', 'gopher://shop.example.com:6379/_FLUSHALL', /does not begin with https/],
    ['data', 'data:text/plain,x', /does not begin with https/],
    ['a user name', 'https://user@shop.example.com/', /user name or a password/],
    ['a password', 'https://:secret@shop.example.com/', /user name or a password/],
    ['a host that looks like a user', 'https://shop.example.com@10.0.0.1/', /user name or a password/],
    ['a fragment', 'https://shop.example.com/#x', /fragment/],
    ['ssh', 'https://shop.example.com:22/', /port 22 is not open/],
    ['mail', 'https://shop.example.com:25/', /port 25 is not open/],
    ['port 80', 'https://shop.example.com:80/', /port 80 is not open/],
    ['port 0', 'https://shop.example.com:0/', /port 0 is not open/],
    ['the last reserved port', 'https://shop.example.com:1023/', /port 1023 is not open/],
    ['Redis', 'https://shop.example.com:6379/', /port 6379 is not open/],
    ['MySQL', 'https://shop.example.com:3306/', /port 3306 is not open/],
    ['localhost', 'https://localhost/', /"localhost" is a name of this machine/],
    ['LOCALHOST.', 'https://LOCALHOST./', /"localhost" is a name of this machine/],
    ['below localhost', 'https://a.localhost/', /name of this machine/],
    ['a bare name', 'https://redis/', /"redis" is a name of this machine/],
    ['a cloud name', 'https://metadata.google.internal/', /name of this machine/],
    ['a cluster name', 'https://api.default.svc.cluster.local/', /name of this machine/],
    ['too long', `https://shop.example.com/${'x'.repeat(2_048)}`, /longer than 2048/],
  ])('may not be %s', (_what, url, problem) => {
    expect(problemOf(url)).toMatch(problem);
  });

  it.each(['http://127.0.0.1:4000/hooks', 'http://localhost:80/', 'https://shop:22/', 'http://[::1]:3000/'])(
    'may be %s where private addresses are allowed',
    (url) => {
      expect(problemAtHome(url)).toBeUndefined();
    },
  );

  it.each(['ftp://127.0.0.1/', 'http://user:password@127.0.0.1/', 'http:///', 'javascript:alert(1)'])(
    'may not be %s even there',
    (url) => {
      expect(problemAtHome(url)).toBeDefined();
    },
  );
});
