// The one extension point: what Interlock knows of one outside API. Pure functions; no I/O, no state.

import type { ErrorCode } from '../errors.ts';
import type { Action } from '../classify/action.ts';
import type { BodyNeed, InspectedBody } from '../http/inspected-body.ts';
import type { RawHeaders } from '../http/headers.ts';
import type { RequestView } from '../http/request-view.ts';

export interface Provider {
  /** One word, unique: `stripe`. */
  readonly name: string;
  /** `payment`, `email`, `repo` …: the group of its actions. */
  readonly family: string;
  /** Exact host names, `*.suffix`, or `*` for any host. The registry indexes them, so `recognise` runs only for these. */
  readonly hosts: readonly string[];
  /** Looks at the head alone. Null: not mine (a read of a known host is not mine either; it is a plain `http.read`). */
  recognise(request: RequestView): Recognition | null;
  /** Says no in the API's own language, so that the SDK raises its usual error with our reason in it. */
  refuse(request: RequestView, refusal: Refusal, body: InspectedBody): NativeAnswer;
  /** Applies one pure edit. Throws CONSTRAINT_FAILED when it can't be done faithfully. Absent: no edits. */
  edit?(request: RequestView, body: InspectedBody, edit: BodyEdit): EditedBody;
  /** What of the body an approval binds, when that is narrower than the decoded body (git: the commands). */
  bindingBody?(request: RequestView, body: InspectedBody): Buffer;
  /** Request headers, lower case, that select the account acted on and so belong to a binding (`stripe-account`). */
  readonly accountHeaders?: readonly string[];
}

export interface Recognition {
  readonly need: BodyNeed;
  /** Never empty. With `body.problem` set every action has `inspected: false`. */
  classify(body: InspectedBody): readonly Action[];
}

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

/** An edit that a constraint asks of a request body. */
export type BodyEdit =
  | { readonly kind: 'keep-recipients'; readonly domains: readonly string[] }
  | { readonly kind: 'set'; readonly field: string; readonly value: string | number | boolean };

export interface EditedBody {
  /** The new decoded body; sent without content coding. */
  readonly bytes: Buffer;
  /** What changed, for people: `to: removed eve@evil.example`. Empty when nothing had to change. */
  readonly changed: readonly string[];
}
