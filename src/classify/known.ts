// What earlier exchanges taught, as classify may ask for it: a draft's recipients by its id, a tool's description, a stored statement.

import type { Facts } from './action.ts';

/** Already narrowed to one agent, one credential and one host: nothing here was learnt from or for anybody else. */
export interface Known {
  /** Undefined: never seen, forgotten, or learnt by somebody else. INVARIANT: an unknown id grants nothing. */
  find(kind: string, id: string): Facts | undefined;
  /** True once anything was asked: then what a request does hangs on more than its own bytes. */
  readonly consulted?: boolean;
}

export const NOTHING_KNOWN: Known = { find: () => undefined };

/**
 * One thing learnt: found again under `kind` and `id` by the same agent with the same credential at the same host. A credential in the path
 * or the body (a bot's token, a `client_secret`) is not seen as one here: where an API has that, it belongs into the id. Ids over 2,000
 * characters and facts over 128 KB are not kept.
 */
export interface Learnt {
  readonly kind: string;
  readonly id: string;
  readonly facts: Facts;
}
