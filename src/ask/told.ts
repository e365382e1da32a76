// An AuthZEN decision (Authorization API 1.0 §5.5): yes or no, and in its context all that an agent can act on.

import { outlook, ticketForAgent } from '../approve/agent-ticket.ts';
import type { Judgement } from '../decide/judgement.ts';
import { statusOf } from '../errors.ts';
import { plainText } from '../record/plain-text.ts';
import type { Ahead } from './ahead.ts';
import type { Finding } from './finding.ts';

export interface Told {
  readonly decision: boolean;
  readonly context: object;
}

const MAX_REASON_CHARS = 2_000;

/**
 * INVARIANT: yes only where the request would go out as it is, or, for a caller that says it carries out obligations, as the substitute that
 * it is shown. What nobody could find out is a no.
 */
export function isYes({ verdict, unknown, code }: Finding, obligations: boolean): boolean {
  if (unknown !== null || code !== null) return false;
  return verdict === 'ALLOW' || verdict === 'ALLOW_LOG' || (verdict === 'CONSTRAIN' && obligations);
}

export function told({ finding, ticket, standing, problem }: Ahead, obligations: boolean, entry: string): Told {
  const { verdict, reason, judgement, decision, unknown, code } = finding;
  const waits = [...new Set(judgement?.waits.flatMap((wait) => wait.approvers))];
  const failure = code === null ? problem : { code, message: reason };
  return {
    decision: isYes(finding, obligations),
    context: {
      verdict,
      policies: judgement?.policies ?? [],
      reason: plainText(reason, MAX_REASON_CHARS),
      ...(judgement === null ? {} : { actions: actionsOf(judgement), bundle: judgement.bundle }),
      constraints: judgement?.constraints.map(({ name }) => name) ?? [],
      substitute:
        decision?.substitute === undefined || decision.substitute === null
          ? null
          : {
              changed: decision.substitute.changed,
              actions: decision.rejudged === null ? [] : actionsOf(decision.rejudged),
            },
      ...(unknown === null ? {} : { unknown }),
      ...(waits.length === 0 ? {} : { approvers: waits }),
      ticket: ticket === null ? null : { ...ticketForAgent(ticket), ...outlook(ticket) },
      ...(standing ? { standing: true } : {}),
      ...(failure === null
        ? {}
        : {
            error: { status: statusOf(failure.code), code: failure.code, message: plainText(failure.message, MAX_REASON_CHARS) },
          }),
      entry,
    },
  };
}

function actionsOf(judgement: Judgement): object[] {
  return judgement.actions.map(({ action, verdict, policies, reason, constraints }) => ({
    name: action.name,
    resource: action.resource,
    facts: action.facts,
    verdict,
    policies,
    reason: plainText(reason, MAX_REASON_CHARS),
    constraints: constraints.map(({ name }) => name),
  }));
}
