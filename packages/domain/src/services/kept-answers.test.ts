/** No decision reads an answer that was kept, or a replica: who may is listed here, and writes nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const PACKAGES = new URL('../../../', import.meta.url);
const READERS = [
  'cost/src/services/cost-reader.ts',
  'domain/src/services/gauges.ts',
  'domain/src/services/level-reader.ts',
  'domain/src/services/movement-reader.ts',
  'domain/src/services/stock-check.ts',
  'domain/src/services/stock-explainer.ts',
  'domain/src/services/stock-planner.ts',
  'domain/src/services/stock-summary.ts',
];
/** Where the ways themselves are made. */
const MAKERS = [
  'domain/src/persistence/reading.ts',
  'domain/src/persistence/unit-of-work.ts',
  'domain/src/services/kept-answers.ts',
];
const KEPT =
  /kept-answers\.ts'|services\/kept-answers'|\.cache\b|\bports\.replicas\b|\.(?:readAnywhere|glance)\(|\breadAnywhere:/;
const WRITES = /\bunits\.write\(|\bexecute\(/;

const sources = ['domain', 'cost'].flatMap((name) =>
  readdirSync(new URL(`${name}/src`, PACKAGES), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => ({
      file: `${name}/src/${file}`,
      text: readFileSync(new URL(`${name}/src/${file}`, PACKAGES), 'utf8'),
    })),
);
const textOf = (file: string) => sources.find((each) => each.file === file)?.text ?? '';

describe('what was kept, and replicas', () => {
  test('are read by services that answer, and by nobody else', () => {
    expect(sources.length).toBeGreaterThan(300);
    const found = sources.filter(({ text }) => KEPT.test(text)).map(({ file }) => file);
    expect(found.filter((file) => !MAKERS.includes(file)).toSorted()).toEqual(READERS);
  });

  test.each(READERS)('%s writes nothing', (file) => {
    expect(textOf(file)).not.toMatch(WRITES);
  });
});
