/** The version that health answers: the one of this package. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const file = z.object({ version: z.string() });

/** Beside src as beside dist, so the file is found from either. */
export const apiVersion: string = file.parse(
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')),
).version;
