/** The document and its page: GET /v1/openapi.json for programs, GET /v1/docs for people. Neither needs anything from elsewhere. */
import { createHash } from 'node:crypto';
import type { AnyRouter } from '@trpc/server';
import type { Express } from 'express';
import { createOpenapi } from './openapi/document.ts';
import { STYLE } from './openapi/page-style.ts';
import { pageOf } from './openapi/page.ts';
import { onlyMethods } from './request-guard.ts';

const METHODS = ['GET', 'HEAD'];

/** Only the page's own style may apply: no script, no image, no form, no frame. */
const styleHash = createHash('sha256').update(STYLE).digest('base64');
const POLICY = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export function docsRoutes(app: Express, router: AnyRouter): void {
  // Made when first asked for: a process that nobody reads starts faster.
  let made: { readonly json: string; readonly html: string } | undefined;
  const docs = () => {
    if (made === undefined) {
      const document = createOpenapi(router);
      made = { json: JSON.stringify(document), html: pageOf(document) };
    }
    return made;
  };
  app.all('/v1/openapi.json', onlyMethods(METHODS), (_request, response) => {
    response.send(docs().json);
  });
  app.all('/v1/docs', onlyMethods(METHODS), (_request, response) => {
    response.set({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY }).send(docs().html);
  });
}
