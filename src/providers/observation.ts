// What a provider wants of an answer: to learn from a bounded copy while it streams, or to rewrite it on its way to the client.

import type { Action, Facts } from '../classify/action.ts';
import type { Learnt } from '../classify/known.ts';
import type { HeaderList, RawHeaders } from '../http/headers.ts';
import type { CallReader } from './call-reader.ts';

export type Observation = CopyObservation | RewriteObservation | CallsObservation;

/** The client gets the upstream's bytes untouched, as they come, whatever becomes of the reading. */
export interface CopyObservation {
  readonly kind: 'copy';
  /** Of the body, as it comes and once it is decoded. A longer answer teaches nothing, and nothing of it is held. */
  readonly limitBytes: number;
  /**
   * Learnt before the request leaves, whatever becomes of its answer: a change that may have happened makes what was known of the thing
   * unknown, or a client that hangs up early would keep the old facts alive.
   */
  readonly beforehand?: readonly Learnt[];
  /** Only called with a whole, readable answer. */
  read(answer: ObservedAnswer): readonly Learnt[];
}

export interface ObservedAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  /** Decoded. */
  readonly body: Buffer;
}

/**
 * The client gets what `push` and `end` give. Content codings are undone first, so the client's answer has none; `open` is not asked of an
 * answer without a body. What throws, or can't be decoded, cuts the answer.
 */
export interface RewriteObservation {
  readonly kind: 'rewrite';
  /** Null: this answer passes as it is (another status or type). */
  open(head: AnswerHead, aids: RewriteAids): AnswerRewriter | null;
}

/** The answer of a model: each call of a tool in it is judged as an exchange of its own before the client sees any of it. */
export interface CallsObservation {
  readonly kind: 'calls';
  /** How it was asked: `openai-chat` … */
  readonly api: string;
  /** As the request names it; null when it does not. */
  readonly model: string | null;
  /** `limitBytes`: of the arguments of one call. Null: this answer holds no calls (another status, a file). */
  open(head: AnswerHead, limitBytes: number): CallReader | null;
}

export interface AnswerHead {
  readonly status: number;
  readonly headers: HeaderList;
}

export interface RewriteAids {
  /**
   * Would policy let the agent do this now (ALLOW, ALLOW_LOG, CONSTRAIN or WAIT; with `unasked`, not WAIT)? About 80 µs for each new question, so a long row of them is
   * asked in turns with the rest of the event loop. Rejects once nobody waits for the answer any more.
   */
  mayDo(action: Action, unasked?: boolean): Promise<boolean>;
  learn(learnt: Learnt): void;
  /** Goes to the client now, ahead of what the step under way gives. */
  say(bytes: Buffer): void;
  /** What earlier exchanges taught, this answer's own `learn` included. */
  find(kind: string, id: string): Facts | undefined;
}

/**
 * Bounded by its author: what it holds back is limited, and over the limit it throws, which cuts the answer; so does too little memory. A step that takes its time is a
 * promise; the next is only taken when it is kept, and the upstream waits.
 */
export interface AnswerRewriter {
  /** Extra or replaced response fields; content-length is dropped in any case. */
  readonly headers?: RawHeaders;
  /** True: the head goes with the first bytes, so a client whose answer must be cut before them is told why in words. */
  readonly headWaits?: boolean;
  /** Decoded bytes as they come; gives what goes on now (may be empty). */
  push(chunk: Buffer): Buffer | Promise<Buffer>;
  /** After the last byte: the rest. */
  end(): Buffer | Promise<Buffer>;
  /** Of the answer, that it keeps for now: all rewriters and request bodies share one bound (threat G3). */
  heldBytes(): number;
  /** What was not passed on, and why; null when nothing was held back for want of a reading. It goes on record with the outcome. */
  withheld?(): string | null;
}
