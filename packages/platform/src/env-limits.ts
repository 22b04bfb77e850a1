/** The variables of limits: how often anybody may call, and which web pages may. */
import { z } from 'zod';
import { integer, optionalVariable, variable } from './env-variable.ts';

/** As a browser writes it into the header Origin. */
const origin = z.string().refine(isOrigin, {
  message:
    'each must be written as browsers do: scheme, host in small letters, and the port where it is unusual; no path and no *',
});
const origins = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(origin));

const MAX_RATE = 1_000_000;

export const limitVariables = {
  GRANARY_RATE_TOKEN: variable(integer(0, MAX_RATE), {
    shape: 'a whole number of calls a second from 0 (no limit) to 1000000',
    about:
      'How many calls one token may make each second, over all processes; twice as many at once. Each call of a batch counts. Further ones are refused (INV_013) and told when to come back.',
    example: '500',
    fallback: '5000',
  }),
  GRANARY_RATE_ADDRESS: optionalVariable(integer(0, MAX_RATE), {
    shape: 'a whole number of calls a second from 0 (no limit) to 1000000',
    about:
      'The same for one address, whoever calls from it (of IPv6, its first 64 bits). Without it: as GRANARY_RATE_TOKEN with GRANARY_ACCESS=tokens, and no limit with local. Behind a proxy, all come from the address of the proxy.',
    example: '2000',
  }),
  GRANARY_CORS_ORIGINS: optionalVariable(origins, {
    shape: 'origins such as https://shop.example, parted by commas',
    about:
      'The web pages of other hosts whose scripts may call the api. Without it none may; programs are not concerned.',
    example: 'https://shop.example,https://admin.shop.example:8443',
  }),
};

function isOrigin(text: string): boolean {
  if (text.includes('*') || !URL.canParse(text)) return false;
  const { protocol, origin: written } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && written === text;
}
