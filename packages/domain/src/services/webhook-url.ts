/** The address of a webhook, refused by its text before it is kept; where its name leads to is checked at each send. */
import type { DomainPorts } from '../ports/domain-ports.ts';
import { invalidInput } from '../refusal.ts';

export function assertUrl({ webhookUrlProblem = plainProblem }: DomainPorts, url: string): void {
  const problem = webhookUrlProblem(url);
  if (problem !== undefined) throw invalidInput([{ path: 'url', message: problem }]);
}

function plainProblem(url: string): string | undefined {
  const isWeb = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  return isWeb ? undefined : 'must be an absolute http or https URL';
}
