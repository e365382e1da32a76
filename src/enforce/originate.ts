// Requests that Interlock itself makes for an exchange (a look-up, opening a pull request): judged and recorded like any other.

import type { HeaderList, RawHeaders } from '../http/headers.ts';
import type { Authority } from '../http/request-view.ts';
import type { Principal } from '../identify/principal.ts';

export interface OriginatedRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly authority: Authority;
  readonly target: string;
  readonly headers: RawHeaders;
  readonly body: Buffer;
  /** The exchange it is made for. */
  readonly cause: string;
  readonly principal: Principal;
  /** Rejects with UPSTREAM_TIMEOUT, and breaks off, when there is no whole answer after so long. */
  readonly timeoutMs?: number;
  /** Rejects with UPSTREAM_PROTOCOL, and breaks off, when the answer is larger. */
  readonly maxAnswerBytes?: number;
}

export interface OriginatedAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer;
  /** Why policy did not let it out, or null. */
  readonly refused: string | null;
}

/** Never throws for an HTTP answer of any status. Rejects when there is none (coded error). */
export type Originate = (request: OriginatedRequest) => Promise<OriginatedAnswer>;
