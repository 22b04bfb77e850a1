// One running server that can be killed and started again on the same port, for tests of what happens then.
import { choosePort } from './ports.mjs';

/**
 * @param {(port: number, again: boolean) => Promise<object>} launch
 * @param {{ wanted?: number, liked?: number, what: string }} choice
 */
export async function manage(launch, choice) {
  let current = await launchOnPort(launch, choice);
  const { port } = current;
  const earlier = [];
  const kill = (signal = 'SIGKILL') => current.kill(signal);
  return {
    port,
    get pid() {
      return current.pid;
    },
    get guardianPid() {
      return current.guardianPid;
    },
    get exited() {
      return current.exited;
    },
    kill,
    restart: async () => {
      await kill();
      earlier.push(current);
      current = await launch(port, true);
    },
    stop: async () => {
      for (const server of [current, ...earlier]) await server.stop();
    },
  };
}

/** Between finding a free port and listening on it another program may take it: then look again. */
async function launchOnPort(launch, choice) {
  for (let tries = 1; ; tries += 1) {
    const port = await choosePort(choice);
    try {
      return await launch(port, false);
    } catch (error) {
      if (error.code !== 'PORT_IN_USE' || choice.wanted !== undefined || tries === 3) throw error;
    }
  }
}
