// A part of http://interlock.internal/ that takes messages: what it is asked, and how it answers.

import type { Exchange } from '../http/exchange.ts';
import type { Principal } from '../identify/principal.ts';
import type { NativeAnswer } from '../providers/refusal.ts';

export interface InternalDoor {
  /** Lines of the index: a path and what is there. */
  readonly index: readonly string[];
  /** Is this path behind this door, whatever the method? */
  has(path: string): boolean;
  /** Reads the body itself. Throws coded errors: the site answers them as problems (RFC 9457). */
  answer(exchange: Exchange, principal: Principal): Promise<NativeAnswer>;
}
