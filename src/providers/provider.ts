// The one extension point: what Interlock knows of one outside API. Pure functions; no I/O, no state.

import type { Action } from '../classify/action.ts';
import type { BodyNeed, InspectedBody } from '../http/inspected-body.ts';
import type { RequestView } from '../http/request-view.ts';
import type { WaitingForm } from '../http/waiting-reply.ts';
import type { Known } from '../classify/known.ts';
import type { Batch } from './batch.ts';
import type { BodyEdit, EditedBody } from './body-edit.ts';
import type { Lookup } from './lookup.ts';
import type { Observation } from './observation.ts';
import type { NativeAnswer, Refusal } from './refusal.ts';
import type { SocketReader } from './socket-reader.ts';

export interface Provider {
  /** One word, unique: `stripe`. */
  readonly name: string;
  /** `payment`, `email`, `repo` …: the group of its actions. */
  readonly family: string;
  /** Exact host names, `*.suffix`, or `*` for any host. The registry indexes them, so `recognise` runs only for these. */
  readonly hosts: readonly string[];
  /** Looks at the head alone. Null: not mine (a read of a known host is not mine either; it is a plain `http.read`). */
  recognise(request: RequestView): Recognition | null;
  /**
   * What a write to a host of its own is that nobody claims: the pages of a site beside its API, say. Absent where everything at the host
   * is claimed anyway, or where others live there too. Never for providers of any host.
   */
  unknownWrite?(request: RequestView): Action;
  /** Says no in the API's own language, so that the SDK raises its usual error with our reason in it. */
  refuse(request: RequestView, refusal: Refusal, body: InspectedBody): NativeAnswer;
  /** Applies one pure edit. Throws CONSTRAINT_FAILED when it can't be done faithfully. Absent: no edits. */
  edit?(request: RequestView, body: InspectedBody, edit: BodyEdit): EditedBody;
  /** How its client is shown that the request waits, inside the answer it gets. Absent or null: it hears nothing until it is decided. */
  waiting?(request: RequestView, body: InspectedBody): WaitingForm | null;
  /** What of the body an approval binds, when that is narrower than the decoded body (git: the commands). */
  bindingBody?(request: RequestView, body: InspectedBody): Buffer;
  /** What the vendor could be asked before judging, when the bundle wants it. Absent or empty: nothing that would help. */
  lookups?(request: RequestView, body: InspectedBody, actions: readonly Action[]): readonly Lookup[];
  /** What is to be read of the answer, or how it is rewritten. Null: it streams through unread. */
  observe?(request: RequestView, body: InspectedBody, actions: readonly Action[]): Observation | null;
  /** The items of a batch that its API can answer one by one. Null: it goes or is refused as a whole. */
  batch?(request: RequestView, body: InspectedBody, known: Known): Batch | null;
  /** How the messages of an upgraded connection are judged. Null: they are not this provider's. */
  socket?(request: RequestView): SocketReader | null;
  /**
   * Where the key stands by which the vendor does a thing once, however often it is asked: a request header (lower case), or a member of a
   * JSON body. Of an approved request the key of the first try is what is sent.
   */
  readonly idempotency?: IdempotencyPlace;
  /**
   * Statuses after which the vendor documents that nothing was done: what was reserved of a budget is given back. Absent: it stays spent
   * whatever the answer. Only for vendors at hosts of their own.
   */
  readonly nothingDone?: ReadonlySet<number>;
  /** Request headers, lower case, that select the account acted on and so belong to a binding (`stripe-account`). */
  readonly accountHeaders?: readonly string[];
}

export interface IdempotencyPlace {
  readonly at: 'header' | 'body';
  readonly name: string;
}

export interface Recognition {
  readonly need: BodyNeed;
  /**
   * Set when only the body can tell whether the request is this provider's at all (JSON-RPC or GraphQL on an unknown host): then
   * `classify` may answer null, "not mine", and the next candidate is asked.
   */
  readonly tentative?: true;
  /**
   * Of a tentative one that said "not mine": could a server find a call of this provider's in the body all the same, because it reads it
   * otherwise, or more of it? INVARIANT: then a plain write is not inspected.
   */
  mayHide?(body: InspectedBody): boolean;
  /**
   * Never empty. With `body.problem` set every action has `inspected: false`. `known` is what earlier exchanges of the same agent and
   * credential taught: an id that it does not know is no free pass.
   */
  classify(body: InspectedBody, known: Known): readonly Action[] | null;
}
