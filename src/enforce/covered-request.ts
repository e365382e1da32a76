// `@covers`: what the approval of a model's call leaves for the one request that the call announces, and whether a request is that.

import { type ApprovedCall, doneByCall } from '../approve/approved-call.ts';
import { sameRequirement } from '../approve/requirements.ts';
import { isSameAction } from '../approve/same-action.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Recorded } from '../pipeline.ts';
import type { Decision } from './decision.ts';

/**
 * Of a call that goes. Null where nothing of it covers a request. INVARIANT: only an approval of this very call counts, by its own ticket, also of
 * what its approvers made of it; what a standing grant or a plan lets go nobody has seen.
 */
export function approvedCall({
  decision,
  ticket,
  scoped,
}: Pick<Recorded, 'decision' | 'ticket' | 'scoped'>): ApprovedCall | null {
  if (ticket === null || scoped) return null;
  const { bundle, actions } = decision.rejudged ?? decision.judgement;
  const done = doneByCall(actions);
  if (done === null) return null;
  const waits = done.waits.filter(({ covers }) => covers === 'request');
  return waits.length === 0 ? null : { ticket, bundle, action: done.action, waits };
}

/**
 * Is this what the call said, and does it wait for nothing else than the call did? INVARIANT: the same bundle has judged both; a request of
 * several actions, one that a constraint changes and one with a difference in any fact wait for people of their own.
 */
export function isCovered(call: ApprovedCall, { verdict, judgement, substitute }: Decision): boolean {
  const [done, ...more] = judgement.actions;
  if (verdict !== 'WAIT' || done === undefined || more.length > 0 || substitute !== null) return false;
  return (
    judgement.bundle === call.bundle &&
    judgement.waits.every((wait) => wait.covers === 'request' && call.waits.some((known) => sameRequirement(known, wait))) &&
    isSameAction(call.action, done.action)
  );
}

/** An agent's own HTTP request: no call itself, no message of a WebSocket, and nothing that Interlock asks for. */
export function mayBeCovered({ cause, toolCall, message }: Exchange): boolean {
  return cause === null && toolCall !== true && message !== true;
}
