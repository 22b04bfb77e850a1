/** Keeps the newest output of each bench beside the page, and writes the page anew from them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { newestOfEach, type Output, outputOf } from './output.ts';
import { performancePage } from './performance-page.ts';

export interface Page {
  /** What benches printed with --json. */
  readonly files: readonly string[];
  /** Without an ending: the page is `.md`, the outputs behind it `.json`. */
  readonly out: string;
}

/** The benches that the page tells of. */
export function writePage({ files, out }: Page): readonly Output[] {
  const kept = existsSync(`${out}.json`) ? (JSON.parse(readFileSync(`${out}.json`, 'utf8')) as Output[]) : [];
  const outputs = newestOfEach([...kept, ...files.map((file) => outputOf(readFileSync(file, 'utf8'), file))]);
  writeFileSync(`${out}.json`, `${JSON.stringify(outputs, undefined, 1)}\n`);
  writeFileSync(`${out}.md`, performancePage(outputs));
  return outputs;
}
