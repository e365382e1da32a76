// A model's call whose approval is for its request too: said before anybody signs.

import type { Ticket } from './shapes.ts';

/** Null for a ticket that lets out nothing but itself. The gateway's own rule (approved-call.ts), which a test holds this to. */
export function coversWords({ actions, waits }: Pick<Ticket, 'actions' | 'waits'>): string | null {
  const [call, done] = actions;
  const isCall = actions.length === 2 && call?.action === 'llm.tool-call' && done?.facts['method'] === 'CALL';
  return isCall && waits.some(({ covers }) => covers === 'request') ? WORDS : null;
}

const WORDS =
  'Approving this call also lets out, without asking again, the one request that it announces, if all facts of that are equal. What is in no fact (the text of a mail, metadata, headers) is seen by nobody.';
