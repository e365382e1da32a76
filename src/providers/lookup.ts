// A question to the vendor that a judgement hangs on: the amount of the charge that a refund names, the order that is captured.

import type { Facts } from '../classify/action.ts';
import type { RawHeaders } from '../http/headers.ts';

/**
 * Sent by the enrich stage to the request's own scheme and authority with the request's own credential, judged and recorded as an
 * exchange with its cause, and only for a resource whose entity has `lookup: true`.
 */
export interface Lookup {
  /** Index of the action that it is for. */
  readonly action: number;
  readonly method: 'GET' | 'POST';
  /** Path and query, origin-form. */
  readonly target: string;
  /** Names, lower case, of the request's fields that go along: the credential, the account, the version. */
  readonly copiedHeaders: readonly string[];
  /** Fields of its own (`content-type`). */
  readonly headers: RawHeaders;
  /** Empty for a GET. */
  readonly body: Buffer;
  /**
   * The facts that a whole 2xx answer gives, or null when it does not tell. INVARIANT (enrich): they only ever fill in what the request
   * left unknown; a fact that the request names is never replaced.
   */
  read(answer: Buffer): Facts | null;
}
