/** Webhooks over TLS: only a receiver that proves its name to a known authority hears anything. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageTo, openReceiver, type Receiver } from './testing/receiver.ts';
import { createWebhookSender } from './webhook-sender.ts';

/** A certificate of its own making for shop.example; undefined where there is no openssl. */
function certificate(): { readonly key: string; readonly cert: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'granary-tls-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=shop.example', '-addext', 'subjectAltName=DNS:shop.example'];
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...made, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const made = certificate();

describe.skipIf(made === undefined)('over TLS (needs openssl on PATH)', () => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await openReceiver((listener) => https.createServer({ ...made }, listener));
  });
  afterAll(() => receiver?.end());

  async function send(host: string, authorities?: string) {
    const sender = createWebhookSender({
      allowPrivate: true,
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
      ...(authorities === undefined ? {} : { authorities }),
    });
    const { port } = new URL(receiver.url);
    const outcome = await sender.send(messageTo(`https://${host}:${port}/hooks`));
    sender.close();
    return outcome;
  }

  it('a receiver with a good certificate for its name hears', async () => {
    expect(await send('shop.example', made?.cert)).toEqual({ ok: true, status: 204 });
    expect(receiver.received).toHaveLength(1);
  });

  it('one with the certificate of another name does not', async () => {
    expect(await send('other.example', made?.cert)).toMatchObject({
      ok: false,
      error: expect.stringContaining('altnames'),
    });
    expect(receiver.received).toHaveLength(1);
  });

  it('one that vouches for itself does not', async () => {
    expect(await send('shop.example')).toMatchObject({ ok: false, error: expect.stringContaining('self-signed') });
    expect(receiver.received).toHaveLength(1);
  });
});
