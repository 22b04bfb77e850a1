// What to install when a server can be found nowhere: one message for the system at hand.
import { existsSync, readFileSync } from 'node:fs';

const TITLES = { mariadb: 'a MariaDB (10.6 or later)', mysql: 'a MySQL (8.4 or later)', redis: 'a Redis (6 or later)' };

const COMMANDS = {
  mac: { mariadb: 'brew install mariadb', mysql: 'brew install mysql@8.4', redis: 'brew install redis' },
  debian: {
    mariadb: 'sudo apt install mariadb-server-core mariadb-client-core',
    mysql: 'sudo apt install mysql-server-core',
    redis: 'sudo apt install redis-server',
  },
  fedora: {
    mariadb: 'sudo dnf install mariadb-server',
    mysql: 'sudo dnf install mysql8.4-server',
    redis: 'sudo dnf install valkey',
  },
  arch: { mariadb: 'sudo pacman -S mariadb', mysql: 'build the AUR package "mysql"', redis: 'sudo pacman -S valkey' },
};

/** @param {'mariadb' | 'mysql' | 'redis'} flavour */
export function adviceFor(flavour) {
  const system = thisSystem();
  const start = `Granary needs ${TITLES[flavour]} and found none.`;
  const compose = 'Or, with Docker: "docker compose up" starts everything, databases included.';
  const given = 'Or give DATABASE_URL and REDIS_URL of servers that you run yourself.';
  if (system === 'windows') {
    return [
      start,
      'On Windows run it inside WSL ("wsl --install" gives an Ubuntu, where it fetches them by itself).',
      compose,
      given,
    ].join('\n');
  }
  const command = COMMANDS[system]?.[flavour];
  const how =
    command === undefined ? 'Install it with the package manager of this system.' : `Install it by:  ${command}`;
  return [start, how, compose, given].join('\n');
}

function thisSystem() {
  if (process.platform === 'win32') return 'windows';
  if (process.platform === 'darwin') return 'mac';
  const file = '/etc/os-release';
  const release = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const ids = (release.match(/^ID(_LIKE)?=.*$/gm) ?? []).join(' ');
  if (/debian|ubuntu/.test(ids)) return 'debian';
  if (/fedora|rhel|centos/.test(ids)) return 'fedora';
  if (/arch/.test(ids)) return 'arch';
  return 'other';
}
