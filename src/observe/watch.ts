// How an exchange's answer is watched on its way to the client. Null, for nearly all: nothing is.

import type { InterlockError } from '../errors.ts';
import type { RawHeaders } from '../http/headers.ts';
import type { Reply } from '../http/reply.ts';

export interface Watch {
  /** The request's fields, with nothing asked for that could not be read. */
  fields(headers: RawHeaders): RawHeaders;
  /** Stands before the client's reply: the answer passes through it. */
  before(reply: Reply): Reply;
  /** Once the answer has come to its end upstream: resolves when it has at the client too, with what cut it short, or null. */
  ended(): Promise<InterlockError | null>;
}
