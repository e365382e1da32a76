// Why an exchange does not go out, and the answer that says so in an API's own language.

import type { ErrorCode } from '../errors.ts';
import type { RawHeaders } from '../http/headers.ts';

/** Why an exchange does not go out, in words for the agent and for the person behind it. */
export interface Refusal {
  readonly kind: 'blocked' | 'pending' | 'denied' | 'failed';
  /** One plain sentence, sanitised: no markup, no control or bidi characters. */
  readonly reason: string;
  /** The determining policies' ids; empty for deny by default. */
  readonly policies: readonly string[];
  /** The verdict entry's id in the ledger, null only when it could not be written. */
  readonly entry: string | null;
  /** The ticket that waits, when there is one. */
  readonly ticket: string | null;
  readonly status: number;
  /** What went wrong, for `Proxy-Status`; absent when only the text is at hand. */
  readonly code?: ErrorCode;
}

/** `reason (policy a, b; entry 12; ticket t…)`: the one sentence every native refusal carries. */
export function refusalSentence(refusal: Refusal): string {
  const parts: string[] = [];
  if (refusal.policies.length > 0) parts.push(`policy ${refusal.policies.join(', ')}`);
  if (refusal.ticket !== null) parts.push(`ticket ${refusal.ticket}`);
  if (refusal.entry !== null) parts.push(`entry ${refusal.entry}`);
  return parts.length === 0 ? `Interlock: ${refusal.reason}` : `Interlock: ${refusal.reason} (${parts.join('; ')})`;
}

/** A complete answer that Interlock itself gives. `Content-Length`, `Proxy-Status` and the entry's id are added by enforce/refuse. */
export interface NativeAnswer {
  readonly status: number;
  readonly headers: RawHeaders;
  readonly body: Buffer;
}
