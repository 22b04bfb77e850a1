// Runs a main program of a verb: what it writes goes on to the person as it comes, and is kept to tell from it afterwards.
import { guard } from '../servers.mjs';

/**
 * @param {import('./signals.mjs').Scope} scope
 * @param {Omit<import('../servers/guard.mjs').GuardOptions, 'stdout'>} options
 * @returns {Promise<{ code: number, log: string }>}
 */
export async function watched(scope, options) {
  const program = guard({ ...options, stdout: 'pipe' });
  scope.mains.add(program);
  const chunks = [];
  for (const [place, stream] of program.output.entries()) {
    const through = place === 0 ? process.stdout : process.stderr;
    stream.on('data', (chunk) => {
      chunks.push(chunk);
      through.write(chunk);
    });
  }
  const code = await program.exited;
  await program.stop();
  scope.mains.delete(program);
  return { code, log: Buffer.concat(chunks).toString() };
}
