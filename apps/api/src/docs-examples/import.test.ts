/** docs/import-export.md shows what a server answers, and names the columns that there are. */
import { importKind } from '@granary/contracts/import';
import { importFields } from '@granary/contracts/import-field';
import { test } from 'vitest';
import { importExample } from './import.example.ts';
import { expectFresh, type Row } from './render.ts';
import { openSession } from './session.ts';

const columns = importKind.options.map((kind): Row => {
  const fields = [...importFields(kind)];
  const named = (isNeeded: boolean) =>
    fields
      .filter(([, field]) => field.isNeeded === isNeeded)
      .map(([name]) => `\`${name}\``)
      .join(', ');
  return { kind: `\`${kind}\``, 'must be there': named(true), 'may be there': named(false) };
});

test('import-export.md', { timeout: 60_000 }, async () => {
  const session = await openSession();
  try {
    await expectFresh('import-export.md', { columns, ...(await importExample(session)) });
  } finally {
    await session.end();
  }
});
