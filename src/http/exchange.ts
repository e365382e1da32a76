// One request with its response, as the pipeline sees it: the protocol legs are behind `body` and `reply`.

import type { InterlockError } from '../errors.ts';
import type { Principal } from '../identify/principal.ts';
import type { Reply } from './reply.ts';
import type { RequestBody } from './request-body.ts';
import type { RequestView } from './request-view.ts';

export interface Exchange {
  /** Unique in this data folder: process nonce and counter. */
  readonly id: string;
  readonly request: RequestView;
  readonly body: RequestBody;
  /** Replaced once, by a wait that shows its progress (http/waiting-reply.ts). */
  reply: Reply;
  /** Proves who asks, again for every request, so that a revoked token fails its next one. Throws IDENTITY_*. */
  readonly identify: () => Principal;
  /** What the protocol layers found wrong before there was anything to judge; the pipeline refuses and records it. */
  readonly fault: InterlockError | null;
  /** The exchange on whose behalf Interlock makes this one, or the upgrade that this message belongs to; null for a client's. */
  readonly cause: string | null;
  /** A message of an upgraded connection: its cause is the upgrade, and there is a client whom it can be held for. */
  readonly message?: true;
  /** A call in a model's answer. INVARIANT: set by nobody but its gate: what a client calls its method says nothing. */
  readonly toolCall?: true;
  /** Only written, by whoever asks what would become of it: nothing of it is ever sent. */
  readonly rehearsal?: true;
  /** Where the client is, for refusals before identity. */
  readonly source: string;
  /** `performance.now()` when the head was complete. */
  readonly startedMs: number;
}
