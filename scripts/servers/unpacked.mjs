// Knows the inside of a folder into which packages were unpacked: where the programs and their libraries are, and how to
// run them there although nothing was installed.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} root
 * @param {string} name
 * @param {'mariadb' | 'mysql' | 'redis'} flavour
 * @returns {{ command: string[], env: NodeJS.ProcessEnv } | undefined}
 */
export function unpackedProgram(root, name, flavour) {
  const path = ['usr/sbin', 'usr/bin'].map((folder) => join(root, folder, name)).find((file) => existsSync(file));
  if (path === undefined) return undefined;
  const libraries = libraryFolders(root);
  const loader = flavour === 'mysql' ? findLoader(root, libraries) : undefined;
  // With a C library of its own in the folder, the system's loader must not be mixed in: ours is told where to look.
  if (loader !== undefined)
    return { command: [loader, '--library-path', libraries.join(':'), path], env: { ...process.env } };
  const bins = ['usr/bin', 'usr/sbin'].map((folder) => join(root, folder));
  return {
    command: [path],
    env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':'), PATH: [...bins, process.env.PATH].join(':') },
  };
}

function libraryFolders(root) {
  return ['usr/lib', 'lib'].flatMap((folder) => {
    const parent = join(root, folder);
    if (!existsSync(parent)) return [];
    return readdirSync(parent)
      .filter((name) => /-linux-gnu/.test(name))
      .map((name) => join(parent, name));
  });
}

function findLoader(root, libraries) {
  for (const folder of [...libraries, join(root, 'usr/lib64'), join(root, 'lib64')]) {
    const name = existsSync(folder) ? readdirSync(folder).find((file) => /^ld-linux.*\.so\.\d$/.test(file)) : undefined;
    if (name !== undefined) return join(folder, name);
  }
  return undefined;
}
