// What earlier exchanges taught, as classify may ask for it: a draft's recipients by its id, a tool's description, a stored statement.

import type { Facts } from './action.ts';

/** Already narrowed to one agent, one credential and one host: nothing here was learnt from or for anybody else. */
export interface Known {
  /** Undefined: never seen, forgotten, or learnt by somebody else. INVARIANT: an unknown id grants nothing. */
  find(kind: string, id: string): Facts | undefined;
}

export const NOTHING_KNOWN: Known = { find: () => undefined };

/** One thing learnt: found again under `kind` and `id` by the same agent with the same credential at the same host. */
export interface Learnt {
  readonly kind: string;
  readonly id: string;
  readonly facts: Facts;
}
