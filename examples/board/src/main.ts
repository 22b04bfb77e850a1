/** Serves the board: `node dist/main.js [url of Granary] [port] [file with a token]`. */
import { readFileSync } from 'node:fs';
import { createBoardServer } from './serve.ts';

const [granaryUrl = 'http://127.0.0.1:3000', port = '3100', tokenFile] = process.argv.slice(2);
// A token among the arguments could be read by everybody on this machine.
const token = tokenFile === undefined ? undefined : readFileSync(tokenFile, 'utf8').trim();

createBoardServer({ granaryUrl, token }).listen(Number(port), '127.0.0.1', () => {
  console.log(`the board is at http://127.0.0.1:${port}`);
});
