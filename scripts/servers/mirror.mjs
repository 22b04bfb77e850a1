// Reads which Debian mirror this machine uses, for the one server that its own release does not carry. The mirror is
// never written down here: it is the one that the owner of the machine already trusts.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const KEYRINGS = ['/usr/share/keyrings/debian-archive-keyring.pgp', '/usr/share/keyrings/debian-archive-keyring.gpg'];

export function debianMirror() {
  const keyring = KEYRINGS.find((path) => existsSync(path));
  if (keyring === undefined)
    throw new Error('Debian’s archive keys are missing here (package debian-archive-keyring).');
  const mirror = sourceFiles().flatMap(mirrorsIn)[0];
  if (mirror === undefined) throw new Error('no Debian mirror is named in the apt sources of this machine.');
  return { line: `deb [signed-by=${keyring}] ${mirror} sid main`, keyring };
}

function sourceFiles() {
  const folder = '/etc/apt/sources.list.d';
  const parts = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  return ['/etc/apt/sources.list', ...parts].filter((path) => /\.(list|sources)$/.test(path) && existsSync(path));
}

function mirrorsIn(file) {
  const text = readFileSync(file, 'utf8').replaceAll(/^\s*#.*$/gm, '');
  // A main archive ends in /debian; the one for security updates does not carry unstable.
  return [...text.matchAll(/\bhttps?:\/\/\S+\/debian\/?(?=\s|$)/g)].map((match) => match[0]);
}
