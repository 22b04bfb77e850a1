/** What `npm start` prints when everything runs: the address, three commands that work right now, and what to look at. */
import type { GranaryClient } from '@granary/client';

const FAVOURITE = 'TEE-ORGANIC-M';
const CART = 'my-first-cart';

/** A SKU of which one can be had, the nicest first; undefined when nothing is in stock. */
export async function skuInStock(client: GranaryClient): Promise<string | undefined> {
  const { items } = await client.sku.list.query({ limit: 500, status: 'active' });
  const skuIds = items.map(({ skuId }) => skuId);
  if (skuIds.length === 0) return undefined;
  const { items: checks } = await client.stock.checkMany.query({ skuIds });
  const inStock = checks.filter(({ available }) => available > 0).map(({ skuId }) => skuId);
  return inStock.includes(FAVOURITE) ? FAVOURITE : inStock[0];
}

/** Three commands to copy. With an empty Granary the first one brings something in. */
export function commandsFor(
  url: string,
  skuId: string | undefined,
): readonly { readonly what: string; readonly command: string }[] {
  const wanted = skuId ?? 'MY-FIRST-SKU';
  const first =
    skuId === undefined
      ? {
          what: 'put ten into stock',
          command: post(url, 'inbound.purchase', {
            documentNo: 'PO-1',
            lines: [{ skuId: wanted, quantity: 10, unitCost: '2.50' }],
          }),
        }
      : { what: 'can I sell this?', command: get(url, 'stock.check', { skuId: wanted }) };
  return [
    first,
    {
      what: 'hold one for a cart',
      command: post(url, 'reservation.reserve', { skuId: wanted, quantity: 1, type: 'cart', businessId: CART }),
    },
    { what: 'who holds it, until when', command: get(url, 'reservation.list', { businessId: CART }) },
  ];
}

export interface Welcome {
  readonly url: string;
  readonly skuId: string | undefined;
  readonly access: 'local' | 'tokens';
  /** The first admin token, on the one occasion on which it is told. */
  readonly token?: string | undefined;
}

export function welcome({ url, skuId, access, token }: Welcome): string {
  const commands = commandsFor(url, skuId).map(({ what, command }) => `  # ${what}\n  ${command}`);
  return [
    '',
    `Granary is ready: ${url}`,
    '',
    ...aboutTokens(access, token),
    'Three commands to copy into another terminal:',
    '',
    commands.join('\n\n'),
    '',
    'What to look at:',
    `  ${url}/readyz           what it checks before it takes work`,
    `  ${get(url, 'stock.explain', { skuId: skuId ?? 'MY-FIRST-SKU' })}`,
    '                          why so many can be sold: every batch and every hold, overdue ones marked',
    '  npm run -s verify       proves every invariant of the ledger, row by row',
    '  docs/access.md          who may do what: now everybody on this machine, with GRANARY_ACCESS=tokens by token',
    '  README.md               a five-minute tour, and the map of the house',
    '',
    'Ctrl-C stops everything. The data stay until "npm run reset".',
  ].join('\n');
}

const MAKE_ONE = 'npm run -s token -- create --role admin --name me';

/** What a token is for in one line, and the first one; with none to tell, the command that makes one. */
function aboutTokens(access: Welcome['access'], token: string | undefined): readonly string[] {
  const is = token === undefined ? '' : "This is the first one, an admin's, told this once. ";
  const use =
    access === 'tokens'
      ? `It asks for tokens. ${is}Add one to each command: -H "authorization: Bearer gk_…"`
      : `Everybody on this machine may do everything; GRANARY_ACCESS=tokens npm start asks for a token instead. ${is}`;
  return [use.trim(), `  ${token ?? MAKE_ONE}`, ''];
}

const get = (url: string, procedure: string, input: object): string =>
  `curl -sG ${url}/trpc/${procedure} --data-urlencode ${quoted(`input=${JSON.stringify(input)}`)}`;

const post = (url: string, procedure: string, input: object): string =>
  `curl -s ${url}/trpc/${procedure} -H 'content-type: application/json' -d ${quoted(JSON.stringify(input))}`;

/** In single quotes a shell changes nothing; a single quote itself has to leave them for a moment. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
