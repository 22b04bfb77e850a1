/** docs/events.md tells of every event; its table is made from the contracts and from the walk over all mutations. */
import { readFileSync } from 'node:fs';
import { eventTable } from '@granary/contracts/event';
import { expect, test } from 'vitest';
import { everyMutation } from '../testing/mutation-walk.ts';

const page = new URL('../../../../docs/events.md', import.meta.url);
const MARKED = /(<!-- events -->\n)[\s\S]*(<!-- \/events -->)/;

/** Those of costs have a table of their own. */
const stock = Object.entries(eventTable).filter(([type]) => type.startsWith('stock.'));

function table(): string {
  const rows = stock.map(([type, kind]) => {
    const told = everyMutation.filter(({ types }) => types.some((each) => each === type));
    const procedures = [...new Set(told.map(({ procedure }) => procedure))].toSorted();
    return `| \`${type}\` | ${kind} | ${procedures.map((procedure) => `\`${procedure}\``).join(', ')} |`;
  });
  return ['', '| event | along | raised by, among others |', '| --- | --- | --- |', ...rows, '', ''].join('\n');
}

test('docs/events.md has every event (vitest run -u renews it)', async () => {
  const text = readFileSync(page, 'utf8');
  expect(text).toMatch(MARKED);
  const renewed = text.replace(MARKED, (_all, open: string, close: string) => `${open}${table()}${close}`);
  expect(table().match(/^\| `/gm)).toHaveLength(stock.length);
  await expect(renewed).toMatchFileSnapshot('../../../../docs/events.md');
});
