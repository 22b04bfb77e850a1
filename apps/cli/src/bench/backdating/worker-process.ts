/** A worker that appends corrections until it is done or killed, and tells its parent of each part. */
import { openBooks } from './books.ts';

const [url = '', strategy = ''] = process.argv.slice(2);
const { cost, call } = await openBooks(url, strategy);
const next = cost.recosting();
for (let step = await next(call); step !== undefined; step = await next(call)) process.send?.(step.corrections);
process.exit(0);
