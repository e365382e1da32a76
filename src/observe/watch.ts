// How an exchange's answer is watched on its way to the client. Null, for nearly all: nothing is.

import type { InterlockError } from '../errors.ts';
import type { Sent } from '../forward/relay.ts';
import type { RawHeaders } from '../http/headers.ts';
import type { Reply } from '../http/reply.ts';

export interface Watch {
  /** The request's fields, with nothing asked for that could not be read. */
  fields(headers: RawHeaders): RawHeaders;
  /** Stands before the client's reply: the answer passes through it. */
  before(reply: Reply): Reply;
  /**
   * Once the exchange is over upstream: resolves when the answer is at the client too, with what cut it short, or null. `result` as in the
   * outcome: of what `failed` nothing can have been acted on.
   */
  ended(result: Sent['result']): Promise<InterlockError | null>;
}
