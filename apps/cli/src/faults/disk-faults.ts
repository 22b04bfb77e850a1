/** A disk that is full under the database. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { migrations } from '@granary/platform/schema';
import { databaseNode, type DatabaseNode } from '@granary/testkit/cluster/database-node';
import { startDatabaseServer } from '@granary/testkit/private-servers';
import { callHere } from '../fleet/call-here.ts';
import type { Closing } from '../fleet/closing.ts';
import { environment } from '../surroundings.ts';
import { codeOf } from './acts.ts';
import { type Happening, type OwnFault, unless } from './fault.ts';
import { purchase } from './inputs.ts';
import { closed, openOn, urlOf } from './storage-faults.ts';
import { untilSo } from './testbed.ts';

const DISK_MB = 400;
const MOST_DOCUMENTS = 4_000;
const LINES = 40;
const SERVED_WITHIN_MS = 15_000;

export const diskFaults: readonly OwnFault[] = [
  {
    id: 'F21',
    title: 'the disk of the database is full',
    inject: `a tmpfs of ${DISK_MB} MB for its data, and a file that fills it`,
    expect: 'INV_012 and nothing changed; with space again, after a restart if the server ended, all is served',
    on: 'own',
    limitMs: 150_000,
    lacks: () => Promise.resolve(lacksMount()),
    run: fullDisk,
  },
];

function lacksMount(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'granary-mount-'));
  try {
    mount(folder, 1);
    execFileSync('umount', [folder]);
    return undefined;
  } catch {
    return 'the right to mount a tmpfs';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mount(folder: string, megabytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=1777`, 'tmpfs', folder], { stdio: 'ignore' });
}

function fullDisk(): Promise<Happening> {
  return closed(async (closing) => {
    const folder = mkdtempSync(join(tmpdir(), 'granary-disk-'));
    mount(folder, DISK_MB);
    closing.add(() => {
      execFileSync('umount', ['-l', folder]);
      return Promise.resolve(rmSync(folder, { recursive: true, force: true }));
    });
    const node = await startOn(folder, closing);
    await migrate({ url: urlOf(node), migrations, log: silentLog });
    const granary = await openOn(urlOf(node), closing);
    const filler = join(folder, 'filler');
    const buy = (documentNo: string) => {
      const lines = Array.from({ length: LINES }, (_, each) => ({ skuId: `DISK-${each}`, quantity: 1 }));
      return granary.domain.inbound.purchase(purchase(documentNo, lines), callHere()).then(() => 'done', codeOf);
    };
    const ends = [await buy('FIRST')];
    fill(folder, filler);
    while (ends.at(-1) === 'done' && ends.length < MOST_DOCUMENTS) ends.push(await buy(`FULL-${ends.length}`));
    const told = [ends.at(-1) ?? '', await buy('MORE'), await buy('AND-MORE')];
    rmSync(filler);
    const isAlive = await Promise.race([node.server.exited.then(() => false), sleep(500, true)]);
    if (!isAlive) await node.server.restart();
    const serves = async () => (await buy(`AFTER-${Date.now()}`)) === 'done';
    let served = await untilSo(serves, SERVED_WITHIN_MS);
    // A server that waits for space looks for it once a minute: whoever does not want to wait restarts it.
    if (served === undefined) {
      await node.server.restart();
      served = await untilSo(serves, SERVED_WITHIN_MS);
    }
    const rows = await granary.dataSource.query(`SELECT document_no AS no FROM stock_document WHERE type = 'purchase'`);
    const there = (rows as { no: string }[]).filter(({ no }) => no.startsWith('FULL')).length;
    const { violations } = await granary.domain.verify({});
    const done = ends.filter((end) => end === 'done').length - 1;
    return {
      happened: told.filter((end) => end !== 'done').length,
      problems: [
        ...unless(
          told.every((end) => end === 'INV_012'),
          `a full disk was answered by ${told.join(' ')}`,
        ),
        ...unless(served !== undefined, 'with space again nobody is served'),
        ...unless(there >= done && there <= done + 1, `${there} documents are there, and ${done} were acknowledged`),
        ...violations.slice(0, 5).map(({ invariant, row }) => `${invariant} ${row}`),
      ],
      figures: { documents: done, 'the server': isAlive ? 'lived' : 'ended and was restarted' },
    };
  });
}

/** The scripts choose the folder for temporary files, which is told them by the environment, for a server that must last. */
async function startOn(folder: string, closing: Closing): Promise<DatabaseNode> {
  const before = environment()['TMPDIR'];
  environment()['TMPDIR'] = folder;
  try {
    const node = databaseNode(await startDatabaseServer({ serverId: 1, durable: true }));
    closing.add(() => node.server.stop());
    return node;
  } finally {
    if (before === undefined) delete environment()['TMPDIR'];
    else environment()['TMPDIR'] = before;
  }
}

/** Leaves a little, so that what is open may go on for a moment. */
function fill(folder: string, file: string): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - 2_000_000)));
}
