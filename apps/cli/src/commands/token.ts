/** `token`: makes, lists and withdraws tokens in the database in use. Whoever may open the database may make the first one. */
import { localPrincipal, roles } from '@granary/contracts/permission';
import { type TokenCreateInput, tokenCreateInput, tokenRevokeInput } from '@granary/contracts/token';
import type { Domain } from '@granary/domain';
import { defineCommand, type Outcome, UsageError } from '../command.ts';
import { callHere } from '../fleet/call-here.ts';
import { withEngineInUse } from '../fleet/engine-in-use.ts';
import { table } from '../table.ts';

const PAGE = 500;
const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

export const command = defineCommand({
  name: 'token',
  summary: 'Makes, lists and withdraws the tokens that GRANARY_ACCESS=tokens asks for',
  usage: 'create|list|revoke [ID]',
  arguments: { min: 1, max: 2 },
  options: {
    role: { type: 'string', choices: roles, description: `What its bearer may do: ${roles.join(', ')}` },
    name: { type: 'string', description: 'Who will show it' },
    locations: { type: 'string', placeholder: 'A,B', description: 'The only locations that it may name or see' },
    expires: { type: 'string', placeholder: '30d', description: 'After so many days (d) or hours (h) it is refused' },
  },
  async run({ positionals, values }): Promise<Outcome> {
    const [verb, tokenId] = positionals;
    if (verb !== 'revoke' && tokenId !== undefined) throw new UsageError(`Unexpected argument '${tokenId}'`);
    switch (verb) {
      case 'create': {
        const input = checked(tokenCreateInput, {
          name: values.name,
          role: values.role,
          ...(values.locations === undefined ? {} : { locationIds: values.locations.split(',') }),
          ...(values.expires === undefined ? {} : { expiresAt: momentAfter(values.expires) }),
        });
        return await withEngineInUse('token', ({ domain }) => create(domain, input));
      }
      case 'list':
        return await withEngineInUse('token', ({ domain }) => list(domain));
      case 'revoke': {
        const input = checked(tokenRevokeInput, { tokenId });
        return await withEngineInUse('token', async ({ domain }) => {
          const token = await domain.tokens.revoke(input, callHere(), localPrincipal);
          return {
            ok: true,
            figures: { ...token },
            summary: `token ${token.tokenId} (${token.name}) lets nobody in any more`,
          };
        });
      }
      default:
        throw new UsageError(`There is no 'token ${verb ?? ''}'; there are create, list and revoke`);
    }
  },
});

async function create(domain: Domain, input: TokenCreateInput): Promise<Outcome> {
  const token = await domain.tokens.create(input, callHere(), localPrincipal);
  const summary = [
    token.token ?? '',
    '',
    'This is told once; keep it where secrets are kept. It is sent as "Authorization: Bearer …".',
  ];
  return { ok: true, figures: { ...token }, summary: summary.join('\n') };
}

async function list(domain: Domain): Promise<Outcome> {
  const tokens = [];
  let cursor: string | undefined;
  do {
    const page = await domain.tokens.list({ limit: PAGE, cursor }, localPrincipal);
    tokens.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  const rows = tokens.map(({ tokenId, role, name, locationIds, expiresAt, revokedAt, lastUsedAt, lastUsedAddress }) => [
    tokenId,
    role,
    name,
    locationIds?.join(',') ?? 'everywhere',
    revokedAt === null ? (expiresAt ?? 'never expires') : `revoked ${revokedAt}`,
    lastUsedAt === null ? 'never used' : `used ${lastUsedAt} from ${lastUsedAddress ?? 'an unknown address'}`,
  ]);
  return { ok: true, figures: { tokens }, summary: rows.length === 0 ? 'There is no token yet.' : table(rows) };
}

/** What of a schema is needed to read what was typed. */
interface Schema<T> {
  safeParse(
    input: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
}
interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function checked<T>(schema: Schema<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UsageError(`${issue?.path.join('.') ?? 'input'}: ${issue?.message ?? 'is not valid'}`);
}

function momentAfter(text: string): string {
  const [, count, unit = ''] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  if (count === undefined || unitMs === undefined)
    throw new UsageError(`--expires must be such as 30d or 12h, not '${text}'`);
  return new Date(Date.now() + Number(count) * unitMs).toISOString();
}
