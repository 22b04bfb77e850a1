/** Imports a large file by processes of their own, kills the first ones half-way, and looks at what the tables hold in the end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import type { ImportKind } from '@granary/contracts/import';
import type { openDatabase } from '@granary/platform/database';
import { environment } from '../surroundings.ts';

export type DataSource = Awaited<ReturnType<typeof openDatabase>>;

export interface Attempt {
  readonly kind: ImportKind;
  readonly path: string;
  readonly databaseUrl: string;
}

/** What `import --json` says at its end; undefined of a process that was killed. */
export interface Said {
  readonly ok: boolean;
  readonly state: string;
  readonly rows: number;
  readonly applied: number;
  readonly errorCount: number;
  readonly peakRssMiB: number;
}

export interface Importer {
  readonly child: ChildProcess;
  readonly ended: Promise<Said | undefined>;
}

/**
 * Enough for what an import needs and for no file of a hundred thousand rows: without it the engine of JavaScript lets garbage lie
 * as long as there is memory, and the figure would tell of that. A process that keeps the file or its rows dies of it.
 */
const HEAP_MIB = 80;

/** What was built is run, also where the parent is a test that runs from its sources. */
export function startImporter({ kind, path, databaseUrl }: Attempt): Importer {
  const program = new URL('../../dist/main.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, program, 'import', kind, path, '--json'], {
    env: { ...environment(), DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => void (out += chunk.toString('utf8')));
  const ended = once(child, 'close').then(() => {
    const last = out.trim().split('\n').at(-1) ?? '';
    return last === '' ? undefined : (JSON.parse(last) as Said);
  });
  return { child, ended };
}

/** Opening balances: a quantity, a cost and a date each, with text that needs its quotes. */
export async function writeFile(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path);
  const write = async (text: string) => {
    if (!file.write(text)) await once(file, 'drain');
  };
  await write('skuId,quantity,unitCost,batchNo,qualityLevel,expiresAt,asOf,reason\r\n');
  for (let row = 0; row < rows; row += 1) {
    const sku = String(row).padStart(7, '0');
    await write(
      `CSV-${sku},${(row % 90) + 1},${row % 50}.25,LOT-${row},A,2031-01-31,2026-01-01T00:00:00Z,"moved in, ""all of it"""\r\n`,
    );
  }
  await new Promise<void>((resolve) => file.end(resolve));
}

export function unitsIn(rows: number): number {
  return Array.from({ length: rows }, (_, row) => (row % 90) + 1).reduce((sum, units) => sum + units, 0);
}

/** The most memory that a living process has had so far; 0 where the system does not tell. */
export async function peakMiBOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}

export async function figureOf(dataSource: DataSource, sql: string): Promise<number> {
  const [row] = (await dataSource.query(sql)) as Record<string, unknown>[];
  return Number(Object.values(row ?? {})[0] ?? 0);
}
