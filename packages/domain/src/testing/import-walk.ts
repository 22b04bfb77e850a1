/** The part of the walk over every mutation that imports a file. */
import { createHash } from 'node:crypto';
import { createTestWorker } from './jobs.ts';
import type { Step, Walker } from './mutation-step.ts';

const CSV = 'skuId,name\r\nWIMPORT,Walked\r\n';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const newest = async ({ at }: Walker) => {
  const [item] = (await at.domain.imports.list({ limit: 1 })).items;
  return { importId: item?.id ?? '', jobId: item?.jobId ?? '' };
};
const finish = async (walker: Walker) =>
  await createTestWorker(walker.at.domain, 'walker').finish((await newest(walker)).jobId);
const idOf = async (walker: Walker) => ({ importId: (await newest(walker)).importId });

export const importMutations: readonly Step[] = [
  {
    procedure: 'import.create',
    types: ['stock.import.created'],
    before: null,
    after: { kind: 'skus', state: 'uploading', version: 1, requestedBy: 'walker' },
    work: ({ at, call }) => at.domain.imports.create({ kind: 'skus', sha256: sha256(CSV), fromExport: false }, call),
  },
  {
    procedure: 'import.upload',
    types: ['stock.import.updated'],
    before: { parts: 0 },
    after: { parts: 1, state: 'uploading' },
    work: async (walker) =>
      walker.at.domain.imports.upload({ ...(await idOf(walker)), part: 1, csv: CSV }, walker.call),
  },
  {
    procedure: 'import.check',
    types: ['stock.import.updated', 'stock.job.started'],
    before: { state: 'uploading' },
    after: { state: 'checking' },
    work: async (walker) => walker.at.domain.imports.check(await idOf(walker), walker.call),
  },
  {
    procedure: 'import.check',
    types: ['stock.import.updated', 'stock.job.ended'],
    before: { state: 'checking' },
    after: { state: 'checked', rows: 1 },
    work: finish,
  },
  {
    procedure: 'import.run',
    types: ['stock.import.updated', 'stock.job.started'],
    before: { state: 'checked' },
    after: { state: 'applying' },
    work: async (walker) => walker.at.domain.imports.run(await idOf(walker), walker.call),
  },
  {
    procedure: 'import.run',
    types: ['stock.import.updated', 'stock.sku.created', 'stock.job.ended'],
    before: { state: 'applying' },
    after: { state: 'done', applied: 1 },
    work: finish,
  },
  {
    procedure: 'import.cancel',
    types: ['stock.import.updated'],
    before: { state: 'uploading' },
    after: { state: 'cancelled' },
    prepare: ({ at, call }) => at.domain.imports.create({ kind: 'skus', sha256: sha256('x'), fromExport: false }, call),
    work: async (walker) => walker.at.domain.imports.cancel(await idOf(walker), walker.call),
  },
];
