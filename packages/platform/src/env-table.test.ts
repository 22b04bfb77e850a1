import { expect, it } from 'vitest';
import { envSchema } from './env-schema.ts';
import { configurationPage, configurationTable } from './env-table.ts';

it('tells every variable once, with its default', () => {
  const rows = configurationTable().split('\n').slice(2);
  expect(rows.map((row) => row.split('`')[1])).toEqual(Object.keys(envSchema.shape));
  expect(rows.find((row) => row.includes('STOCK_RESERVATION_TTL`'))).toContain('| `1800` |');
});

it('docs/configuration.md is what the schema says (vitest run -u renews it)', async () => {
  await expect(configurationPage()).toMatchFileSnapshot('../../../docs/configuration.md');
});
