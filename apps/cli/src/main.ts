/** `npm run -s COMMAND -- …`: finds the command by its file, runs it, exits with its code. */
import { readdirSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from './command.ts';
import { helpOfAll } from './help.ts';
import { runCommand } from './run-command.ts';

const [name, ...args] = process.argv.slice(2);
// The same code runs built (.js) and straight from its sources (.ts).
const extension = extname(import.meta.url);
const names = readdirSync(fileURLToPath(new URL('commands/', import.meta.url)))
  .filter((file) => file.endsWith(extension) && !file.includes('.test.') && !file.endsWith('.d.ts'))
  .map((file) => file.slice(0, -extension.length));

/** Long enough for a pipe to take the last line. */
const LINGER_MS = 3000;

process.exitCode = await main();
// A command that has answered must end, whatever it may have forgotten to close.
setTimeout(() => process.exit(), LINGER_MS).unref();

async function main(): Promise<number> {
  if (name === undefined || name === '--help') {
    process.stdout.write(`${helpOfAll(await Promise.all(names.map(load)))}\n`);
    return 0;
  }
  if (!names.includes(name)) {
    process.stderr.write(`There is no command '${name}'; there are ${names.join(', ')}.\n`);
    return 2;
  }
  const stdout = (line: string) => void process.stdout.write(`${line}\n`);
  return runCommand(await load(name), args, { stdout, stderr: process.stderr, signal: interruption() });
}

async function load(command: string): Promise<Command> {
  const module = (await import(new URL(`commands/${command}${extension}`, import.meta.url).href)) as {
    command: Command;
  };
  return module.command;
}

/** The first Ctrl-C or SIGTERM asks the command to end; a second one does not ask. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () =>
      controller.signal.aborted ? process.exit(130) : controller.abort(new Error(`stopped by ${signal}`)),
    );
  }
  return controller.signal;
}
