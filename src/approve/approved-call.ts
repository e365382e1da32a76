// A model's call that people approved, as far as its approval may be for the request as well that the call announces (`@covers`).

import type { Action } from '../classify/action.ts';
import type { WaitRequirement } from '../decide/judgement.ts';
import type { Ticket } from './ticket.ts';

export interface ApprovedCall {
  readonly ticket: string;
  /** Digest of the bundle that judged it. */
  readonly bundle: string;
  /** What tools.yaml says that its tool does, as it was judged and shown; of an edited call what was sent instead. */
  readonly action: Action;
  /** The policies that made that action wait, of those that carry `@covers`. */
  readonly waits: readonly WaitRequirement[];
}

const CALL = 'llm.tool-call';

/** Of a model's call nobody hears whether it was run: it was handed over, or it was not. */
export function isCall({ actions }: Pick<Ticket, 'actions'>): boolean {
  return actions[0]?.action === CALL;
}

/** What approvers are told before they sign. */
export const COVERS_WORDS =
  'Approving this call also lets out, without asking again, the one request that it announces, if all facts of that are equal. What is in no fact (the text of a mail, metadata, headers) is seen by nobody.';

/**
 * May the approval of this ticket be for a request too? INVARIANT: no approval covers a request unless its ticket was one of which the approvers
 * were told so: the cards ask here, and so does the book when it is used.
 */
export function tellsOfRequest({ actions, waits }: Pick<Ticket, 'actions' | 'waits'>): boolean {
  const [call, done] = actions;
  return (
    actions.length === 2 &&
    call?.action === CALL &&
    done?.facts['method'] === 'CALL' &&
    waits.some(({ covers }) => covers === 'request')
  );
}

/** The one action of a call besides the call itself; null for none and for several, which no single request does. */
export function doneByCall<T extends { readonly action: Action }>(actions: readonly T[]): T | null {
  const [call, done] = actions;
  return actions.length === 2 && done !== undefined && call?.action.name === CALL ? done : null;
}
