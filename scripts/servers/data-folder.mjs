// The folder in which `npm start` keeps its data: who uses it now, which kind of database filled it, passwords and keys.
// A crash may leave any of this behind; the next start finds out by looking at the processes themselves.
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServersError } from './errors.mjs';
import { ensureOwnFolder } from './folders.mjs';
import { ensureGone, isAlive, noteOf } from './processes.mjs';

/** @typedef {import('./processes.mjs').ProcessNote} ProcessNote */
/** @typedef {{ owner: ProcessNote, servers: ProcessNote[], databaseUrl?: string, redisUrl?: string }} Usage */

const usageFile = (dataDir) => join(dataDir, 'in-use.json');

/** @returns {Usage | undefined} what the present or the last user of the folder noted */
function readUsage(dataDir) {
  try {
    return JSON.parse(readFileSync(usageFile(dataDir), 'utf8'));
  } catch {
    return undefined; // no such file, or a crash in the middle of writing it
  }
}

/**
 * Who uses the folder now, for commands that want to talk to a running Granary or must not disturb it.
 * @param {string} dataDir
 * @returns {Usage | undefined}
 */
export function currentUse(dataDir) {
  const usage = readUsage(dataDir);
  return usage !== undefined && isAlive(usage.owner) ? usage : undefined;
}

/** Takes the folder for this process, after cleaning what a dead one left. */
export async function takeDataFolder(dataDir, onProgress) {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const mine = `${JSON.stringify({ owner: noteOf(process.pid), servers: [] })}\n`;
  for (let tries = 0; tries < 3; tries += 1) {
    try {
      writeFileSync(usageFile(dataDir), mine, { flag: 'wx', mode: 0o600 });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    await clearDeadUse(dataDir, onProgress);
  }
  throw inUse(dataDir, 'another start');
}

async function clearDeadUse(dataDir, onProgress) {
  const usage = readUsage(dataDir);
  if (usage !== undefined && isAlive(usage.owner)) throw inUse(dataDir, `process ${usage.owner.pid}`);
  const left = (usage?.servers ?? []).filter(isAlive);
  if (left.length > 0) onProgress('waiting for the servers of a start that died to finish');
  for (const note of left) await ensureGone(note);
  rmSync(usageFile(dataDir), { force: true });
}

const inUse = (dataDir, who) =>
  new ServersError(
    'DATA_IN_USE',
    `Granary is already running here (${who} uses ${dataDir}): stop it first, with Ctrl-C where it runs.`,
  );

/**
 * Notes the servers of this start, so that the next one can wait for them if this process is killed.
 * @param {string} dataDir
 * @param {{ pids: number[], databaseUrl?: string, redisUrl?: string }} what
 */
export function noteUse(dataDir, { pids, ...urls }) {
  const usage = { owner: noteOf(process.pid), servers: pids.map(noteOf), ...urls };
  writeFileSync(usageFile(dataDir), `${JSON.stringify(usage)}\n`, { mode: 0o600 });
}

/** Adds a process that talks to the servers of this folder and must be gone before the next start. */
export function noteUser(dataDir, pid) {
  const usage = readUsage(dataDir);
  if (usage === undefined) return;
  writeFileSync(usageFile(dataDir), `${JSON.stringify({ ...usage, servers: [...usage.servers, noteOf(pid)] })}\n`, {
    mode: 0o600,
  });
}

export const leaveDataFolder = (dataDir) => rmSync(usageFile(dataDir), { force: true });

/** Which kind of database filled this folder earlier. */
export function engineIn(dataDir) {
  return ['mariadb', 'mysql'].find((flavour) => existsSync(join(dataDir, flavour)));
}

/** Fills the folder from a template at the first start; under another name first, so that half a copy is never used. */
export function prepareDatabaseFolder(dataDir, flavour, template) {
  const folder = join(dataDir, flavour);
  if (existsSync(folder)) return folder;
  const work = ensureOwnFolder(dataDir, 'copy');
  cpSync(template, join(work, 'data'), { recursive: true });
  renameSync(join(work, 'data'), folder);
  rmSync(work, { recursive: true, force: true });
  return folder;
}

/**
 * The key that seals secrets in the database of this folder, made at the first start. Without it they could never be opened
 * again, so it lives and goes with the data.
 * @returns {string} as ENCRYPTION_KEYS wants it
 */
export function encryptionKeysOf(dataDir) {
  const path = join(dataDir, 'encryption-keys');
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.new`, `own:${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  return readFileSync(path, 'utf8').trim();
}

/** @returns {{ user: string, password: string, rootPassword: string }} */
export function secretsOf(dataDir) {
  const path = join(dataDir, 'secrets.json');
  if (!existsSync(path)) {
    const word = () => randomBytes(18).toString('base64url');
    const secrets = { user: 'granary', password: word(), rootPassword: word() };
    writeFileSync(`${path}.new`, `${JSON.stringify(secrets)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}
