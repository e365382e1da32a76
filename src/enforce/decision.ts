// The verdict on one exchange with everything that carrying it out needs.

import type { Proposal } from '../classify/proposal.ts';
import type { Judgement, Verdict } from '../decide/judgement.ts';
import type { CollectedAnswer } from '../http/collecting-reply.ts';
import type { InspectedBody } from '../http/inspected-body.ts';
import type { RequestView } from '../http/request-view.ts';
import type { NativeAnswer } from '../providers/refusal.ts';

/** A request after its constraints. */
export interface Substitute {
  readonly request: RequestView;
  /** What a provider reads of it when it is judged again. */
  readonly body: InspectedBody;
  /** How the bytes to send come about: all of them are those of `body`, or a new prefix stands before what still streams. */
  readonly bytes:
    | { readonly kind: 'whole' }
    | { readonly kind: 'prefix'; readonly replacedBytes: number; readonly replacement: Buffer };
  /** In plain words; empty when nothing had to change. */
  readonly changed: readonly string[];
  /** Turns the upstream's answer into the client's, when it would not fit what the client asked (a re-routed push, a part of a batch). */
  readonly settle: ((answer: CollectedAnswer, entry: string) => Promise<NativeAnswer>) | null;
}

export interface Decision {
  readonly verdict: Verdict;
  readonly proposal: Proposal;
  readonly judgement: Judgement;
  readonly substitute: Substitute | null;
  /** The substitute as classified and enriched again: what it proposes. */
  readonly revised: Proposal | null;
  /** The substitute as judged again. */
  readonly rejudged: Judgement | null;
  readonly reason: string;
  readonly policies: readonly string[];
}
