// How a model's answer is read for the calls of tools that it asks its client to make: one protocol each, without I/O.

/** A piece of an answer that clients take as one: an event, a line, a message, or the whole document. */
export interface AnswerFrame {
  /** As it came. */
  readonly raw: Buffer;
  /** What it says; null when nobody hears of it (a comment), or it is a piece of one too long to be held. */
  readonly data: Buffer | null;
  /** The event's own name where its framing has one; else empty. */
  readonly type: string;
}

/** Cuts bytes into frames, and keeps every byte. Throws RangeError when a frame is too long to be held. */
export interface FrameCutter {
  push(chunk: Buffer): readonly AnswerFrame[];
  /** What was left without its end, which some clients take for a frame all the same. Null for nothing. */
  rest(): AnswerFrame | null;
  /** Of the frame that is not whole yet. */
  heldBytes(): number;
}

/** A call as the answer tells it. */
export interface SeenCall {
  /** Tells it from all others of the same answer, also from those with the same id. */
  readonly key: string;
  readonly tool: string;
  /** Empty for none. */
  readonly arguments: Buffer;
  readonly form: 'json' | 'text';
  /** False when it was cut, or clients could read it in more than one way. */
  readonly sure: boolean;
  /** More than may be held: it is refused whatever policy says, and its arguments are not here. */
  readonly isTooLong: boolean;
}

/** What becomes of a call. INVARIANT: only what `pass` and `edit` let through is ever seen by the client as a call. */
export type CallFate =
  | { readonly kind: 'pass' }
  /** The client gets this text where the call was. */
  | { readonly kind: 'replace'; readonly text: string }
  /** The client gets the call with these arguments. */
  | { readonly kind: 'edit'; readonly arguments: Buffer };

export type Step =
  /** Goes to the client now, whatever is held. */
  | { readonly kind: 'pass'; readonly bytes: Buffer }
  /** Kept by the reader until calls are settled. */
  | { readonly kind: 'hold' }
  /** Kept too, and these calls are whole: what is held goes by what becomes of them. Empty: it can go at once, by `settle`. */
  | { readonly kind: 'judge'; readonly calls: readonly SeenCall[] };

/**
 * Reads one answer, frame by frame. It keeps what it holds. Throws what can't be read surely: the answer is cut there (a client's own reader may be
 * less strict and find a call in it, C5, E17).
 */
export interface CallReader {
  readonly cutter: FrameCutter;
  step(frame: AnswerFrame): Step;
  /** The answer is over. Calls that were not whole by then are not calls: nothing of them is given. */
  end(): Buffer;
  /** What goes in place of all that is held, once every call of the last step has its fate. */
  settle(fates: ReadonlyMap<string, CallFate>): Buffer;
  heldBytes(): number;
  /** Keeps a client awake between two frames; null where the protocol has nothing for that. */
  readonly pulse: Buffer | null;
  /** Nobody waits for the head of such an answer alone: it is one document, or lines of them. */
  readonly headWaits?: boolean;
  /** What was not passed on for want of its end; null for nothing. */
  withheld(): string | null;
}
