/** Listens to a Granary that runs, and shows what it hears: `node dist/main.js http://127.0.0.1:3000`. See README.md. */
import { parseArgs } from 'node:util';
import { ConnectionError, createClient, isGranaryError } from '@granary/client';
import { createInbox } from './inbox.ts';
import { openReceiver } from './receiver.ts';
import { forget, register } from './registration.ts';
import { createShelf, tableOf } from './shelf.ts';

const SHOW_EVERY_MS = 1_000;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string', default: '4000' }, token: { type: 'string' }, forget: { type: 'boolean' } },
  });
  const [url = 'http://127.0.0.1:3000'] = positionals;
  const granary = createClient({ url, ...(values.token === undefined ? {} : { token: values.token }) });
  const inbox = createInbox();
  const shelf = createShelf();
  let secrets: readonly string[] = [];
  const receiver = await openReceiver({
    port: Number(values.port),
    secrets: () => secrets,
    take: (event) => shelf.take(event, inbox.hear(event)),
  });
  try {
    if (values.forget === true) {
      console.log((await forget(granary, receiver.url)) ? 'forgotten' : 'there was nothing to forget');
      return;
    }
    const { webhookId, secret, isAgain } = await register(granary, receiver.url);
    secrets = [secret];
    console.log(`listening at ${receiver.url} as webhook ${webhookId}${isAgain ? ', once more' : ''}; Ctrl-C ends it`);
    let shown = '';
    const show = setInterval(() => {
      const text = `${tableOf(shelf.rows())}\n${JSON.stringify({ ...inbox.counts(), ...Object.fromEntries(receiver.refused) })}\n`;
      if (text !== shown) console.log(text);
      shown = text;
    }, SHOW_EVERY_MS);
    await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
    clearInterval(show);
  } finally {
    await receiver.close();
  }
}

main().catch((error: unknown) => {
  const isKnown = isGranaryError(error) || error instanceof ConnectionError;
  console.error(isKnown ? `${error.message} ${error.hint}` : error);
  process.exitCode = 1;
});
