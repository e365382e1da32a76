// Drafts: what is written in one request and sent by another that names only an id (E23).

import type { Action, Facts } from '../../classify/action.ts';
import type { Known, Learnt } from '../../classify/known.ts';
import type { RequestView } from '../../http/request-view.ts';
import { mailAction } from './email-action.ts';

const KIND = 'mail-draft';

/** Of the request, not of the mail. */
const REQUEST_FACTS: ReadonlySet<string> = new Set(['host', 'method', 'path', 'inspected', 'recalled']);

/** What is known of a draft; undefined when it was never seen, or by nobody with this credential. */
export function findDraft(known: Known, id: string): Facts | undefined {
  return known.find(KIND, id);
}

/** Remembers the mail of `action`, as what a draft holds from now on. */
export function learnDraft(id: string, action: Action): Learnt {
  const facts = Object.fromEntries(Object.entries(action.facts).filter(([name]) => !REQUEST_FACTS.has(name)));
  return { kind: KIND, id, facts };
}

/** The same for facts that are not an action's. */
export function learnDraftFacts(id: string, facts: Facts): Learnt {
  return { kind: KIND, id, facts };
}

/** From now on nobody knows what is in it. */
export function forgetDraft(id: string): Learnt {
  return { kind: KIND, id, facts: { recipientsKnown: false } };
}

/**
 * A draft is sent by its id. INVARIANT: one that is not known, or that names nobody yet, grants nothing; what is known is never more than
 * what an earlier request of the same agent and credential wrote into it.
 */
export function sendDraft(request: RequestView, known: Known, id: string): Action {
  const facts = findDraft(known, id);
  const recipients = facts?.['recipients'];
  if (facts === undefined || facts['recipientsKnown'] !== true || !Array.isArray(recipients) || recipients.length === 0)
    return mailAction(request, 'email.send', { recipientsKnown: false });
  return mailAction(request, 'email.send', { ...facts, recalled: true });
}
