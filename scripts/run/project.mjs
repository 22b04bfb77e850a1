// Where things are in this project, the environment that child programs get, and the lines that tell what is going on.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const inProject = (...parts) => resolve(root, ...parts);

/** A failure whose message is all that the person at the terminal needs. */
export class RunError extends Error {
  name = 'RunError';
}

// npm hands its whole configuration to scripts as npm_config_…, and a nested npm or pnpm would take all of it for wishes
// of the user. Only what is needed to reach a registry goes on.
const REACHES_REGISTRY = /^npm_config_(cache|registry|cafile|https?_proxy|proxy|noproxy|userconfig|globalconfig)$/i;

/** @param {NodeJS.ProcessEnv} [extra] undefined values remove a variable */
export function childEnv(extra = {}) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
  for (const name of Object.keys(env)) {
    if (/^npm_config_/i.test(name) && !REACHES_REGISTRY.test(name)) delete env[name];
  }
  for (const [name, value] of Object.entries(extra)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return env;
}

/** The folder of truth and data; undefined when there is none, and then the tests that read it are skipped by name. */
export function sharedFolder() {
  const folder = inProject(process.env.GRANARY_SHARED ?? '../shared');
  return existsSync(folder) ? folder : undefined;
}

const began = Date.now();
/** Progress goes to stderr: stdout belongs to what was asked for. */
export const tell = (line) => console.error(`[${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s] ${line}`);
