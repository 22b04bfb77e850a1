import { describe, expect, it } from 'vitest';
import { parseConfig } from './env.ts';

const good = { DATABASE_URL: 'mysql://granary:secret@127.0.0.1:3306/granary', STOCK_LOCK: 'none' };

describe('the limits of a process', () => {
  it('hold for addresses as for tokens where tokens are asked for, unless said otherwise', () => {
    const tokens = { ...good, GRANARY_ACCESS: 'tokens', GRANARY_RATE_TOKEN: '70' };
    expect(parseConfig(good)).toMatchObject({ rateToken: 5000, rateAddress: 0 });
    expect(parseConfig(tokens)).toMatchObject({ rateToken: 70, rateAddress: 70 });
    expect(parseConfig({ ...tokens, GRANARY_RATE_ADDRESS: '0' })).toMatchObject({ rateToken: 70, rateAddress: 0 });
    expect(parseConfig({ ...good, GRANARY_RATE_ADDRESS: '9' })).toMatchObject({ rateAddress: 9 });
  });

  it('take origins as browsers write them', () => {
    const given = 'https://shop.example, http://localhost:5173';
    expect(parseConfig({ ...good, GRANARY_CORS_ORIGINS: given }).corsOrigins).toEqual([
      'https://shop.example',
      'http://localhost:5173',
    ]);
  });

  it.each([
    '*',
    'https://*.shop.example',
    'https://shop.example/',
    'shop.example',
    'https://Shop.example',
    'https://shop.example:443',
    'null',
    'file:///x',
    'https://a.example,,',
  ])('refuse the origin %s', (origins) => {
    expect(() => parseConfig({ ...good, GRANARY_CORS_ORIGINS: origins })).toThrow(/GRANARY_CORS_ORIGINS/);
  });
});
