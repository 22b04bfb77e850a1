/** A day of the warehouse on a database of yours: `node dist/main.js mysql://user:password@host/database`. */
import { order, receive, ship } from './day.ts';
import { openWarehouse } from './warehouse.ts';

async function main(databaseUrl: string): Promise<void> {
  const warehouse = await openWarehouse(databaseUrl, (event) => console.log('  event:', event.id, event.type));
  try {
    const visit = Date.now().toString(36);
    const want = { skuId: `MUG-${visit}`, quantity: 4 };
    await receive(warehouse.domain, want.skuId, [{ batchNo: `LOT-${visit}`, quantity: 5 }]);
    console.log('an order for 4:', await order(warehouse.domain, `O-1-${visit}`, want));
    console.log('another one:', await order(warehouse.domain, `O-2-${visit}`, want));
    console.log('shipped:', await ship(warehouse.domain, `O-1-${visit}`, want));
    console.log('turnover:', await warehouse.turnover(want.skuId));
    console.log(`${await warehouse.publish()} events published`);
  } finally {
    await warehouse.close();
  }
}

const [, , databaseUrl] = process.argv;
if (databaseUrl === undefined)
  throw new Error('name a database: node dist/main.js mysql://user:password@host/database');
await main(databaseUrl);
