/** The two questions of whoever runs the process: is it alive, and may it be sent work. */
import type { SystemReadiness } from '@granary/contracts/system';
import type { Express } from 'express';
import type { ProcessFace } from './context.ts';
import { onlyMethods } from './request-guard.ts';

const METHODS = ['GET', 'HEAD'];

export function healthRoutes(app: Express, face: ProcessFace): void {
  // Alive says nothing of the database: restarting the process would not mend that.
  app.all('/healthz', onlyMethods(METHODS), (_request, response) => {
    response.json({ status: face.isDraining() ? 'draining' : 'ok', version: face.version });
  });
  app.all('/readyz', onlyMethods(METHODS), async (_request, response) => {
    const readiness = await face.readiness().catch(() => notReady);
    if (!readiness.ready) response.status(503).set('retry-after', '1');
    response.json(readiness);
  });
}

/** A check that throws is a check that failed; its message stays here, since it may hold an address. */
const notReady: SystemReadiness = {
  ready: false,
  checks: [{ name: 'readiness', ok: false, detail: 'could not be decided' }],
  now: null,
};
