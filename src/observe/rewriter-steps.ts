// Takes a rewriter's steps one after the other, though one may take its turns: what comes meanwhile waits, and so does the upstream.

import type { AnswerRewriter } from '../providers/observation.ts';

export interface StepSink {
  /** False: the client takes no more for now. */
  write(bytes: Buffer): boolean;
  /** All is written. */
  end(): void;
  /** A step failed. Nothing follows. */
  fail(error: unknown): void;
  /** The upstream may go on. */
  drain(): void;
}

export interface RewriterSteps {
  /** False: wait for `drain`. */
  push(bytes: Buffer): boolean;
  end(): void;
  /** The client takes bytes again. */
  resume(): void;
  /** Nothing is asked of the rewriter any more, and nothing given. */
  stop(): void;
}

export function rewriterSteps(rewriter: AnswerRewriter, sink: StepSink): RewriterSteps {
  return new Steps(rewriter, sink);
}

class Steps implements RewriterSteps {
  readonly #rewriter: AnswerRewriter;
  readonly #sink: StepSink;
  /** Empty whenever no step is under way, and short: the upstream is told to wait. */
  readonly #waiting: Buffer[] = [];
  #isBusy = false;
  #isFull = false;
  #isEnding = false;
  #isOver = false;

  constructor(rewriter: AnswerRewriter, sink: StepSink) {
    this.#rewriter = rewriter;
    this.#sink = sink;
  }

  push(bytes: Buffer): boolean {
    // Nothing is no step: one that takes its turn would have the upstream wait, and be woken, for it.
    if (this.#isOver || bytes.length === 0) return true;
    this.#waiting.push(bytes);
    this.#advance();
    return this.#isOver || !(this.#isBusy || this.#isFull);
  }

  end(): void {
    this.#isEnding = true;
    this.#advance();
  }

  resume(): void {
    this.#isFull = false;
    this.#drain();
  }

  stop(): void {
    this.#isOver = true;
    this.#waiting.length = 0;
  }

  /** INVARIANT: one step at a time, in the order of the bytes. */
  #advance(): void {
    try {
      while (!this.#isBusy && !this.#isOver) {
        const bytes = this.#waiting.shift();
        const isLast = bytes === undefined;
        if (isLast && !this.#isEnding) return;
        const given = isLast ? this.#rewriter.end() : this.#rewriter.push(bytes);
        if (Buffer.isBuffer(given)) this.#give(given, isLast);
        else void this.#giveLater(given, isLast);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  async #giveLater(given: Promise<Buffer>, isLast: boolean): Promise<void> {
    this.#isBusy = true;
    try {
      const bytes = await given;
      this.#isBusy = false;
      if (this.#isOver) return;
      this.#give(bytes, isLast);
      this.#advance();
      this.#drain();
    } catch (error) {
      this.#fail(error);
    }
  }

  #give(bytes: Buffer, isLast: boolean): void {
    if (bytes.length > 0 && !this.#sink.write(bytes)) this.#isFull = true;
    if (!isLast) return;
    this.#isOver = true;
    this.#sink.end();
  }

  #drain(): void {
    if (!this.#isBusy && !this.#isFull && !this.#isOver) this.#sink.drain();
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#sink.fail(error);
  }
}
