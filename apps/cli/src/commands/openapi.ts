/** `openapi`: writes the OpenAPI document of this version; it needs no server. */
import { writeFile } from 'node:fs/promises';
import { createOpenapi } from '@granary/api/openapi/document';
import { appRouter } from '@granary/api/router';
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  name: 'openapi',
  summary: 'Writes the OpenAPI document of this version (docs/openapi.json is the one that changes are held against)',
  options: {
    out: { type: 'string', placeholder: 'FILE', description: 'Where to write it; without this it goes to stdout' },
  },
  async run({ values, file, say }) {
    const document = createOpenapi(appRouter);
    const text = `${JSON.stringify(document, null, 2)}\n`;
    const paths = Object.keys(document.paths).length;
    const procedures = new Set(
      Object.values(document.paths).flatMap((item) => Object.values(item).map((operation) => operation['x-procedure'])),
    ).size;
    const figures = { paths, procedures, bytes: Buffer.byteLength(text) };
    if (values.out === undefined) {
      say(text.trimEnd());
      return { ok: true, figures };
    }
    await writeFile(file(values.out), text);
    return {
      ok: true,
      figures: { ...figures, out: values.out },
      summary: `${paths} paths of ${procedures} procedures written to ${values.out}`,
    };
  },
});
