/** One shopper's afternoon against a Granary that runs: `node dist/main.js http://127.0.0.1:3000`. */
import { ConnectionError, createClient, isGranaryError } from '@granary/client';
import { createShop } from './shop.ts';

async function main(url: string): Promise<void> {
  const granary = createClient({ url });
  const shop = createShop(granary);
  const visit = Date.now().toString(36);
  const skuId = `MUG-${visit}`;
  await granary.inbound.purchase.mutate({
    documentNo: `PO-${visit}`,
    lines: [{ skuId, quantity: 5, unitCost: '3.20' }],
  });
  console.log(`5 mugs received; can one be bought? ${await shop.canBuy(skuId)}`);
  console.log('2 into the cart:', await shop.putIntoCart(`cart-${visit}`, { skuId, quantity: 2 }));
  console.log('somebody else wants 4:', await shop.putIntoCart(`other-${visit}`, { skuId, quantity: 4 }));
  console.log(`checkout: ${await shop.checkOut(`cart-${visit}`, `order-${visit}`)} line`);
  await shop.paid(`order-${visit}`);
  console.log('shipped:', await shop.ship(`order-${visit}`));
  const { available } = await granary.stock.available.query({ skuId });
  console.log(`left to sell: ${available}`);
}

main(process.argv[2] ?? 'http://127.0.0.1:3000').catch((error: unknown) => {
  const isKnown = isGranaryError(error) || error instanceof ConnectionError;
  console.error(isKnown ? `${error.message} ${error.hint}` : error);
  process.exitCode = 1;
});
