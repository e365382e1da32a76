// A reply that hands the client what a provider's rewriter makes of the answer. What can't be rewritten is cut, never passed on raw (E36).

import type { Duplex } from 'node:stream';
import { InterlockError } from '../errors.ts';
import { contentCodings } from '../http/content-decoder.ts';
import { HeaderList, type RawHeaders } from '../http/headers.ts';
import type { MemoryBudget } from '../http/memory-budget.ts';
import type { Reply } from '../http/reply.ts';
import { type StreamDecoder, streamDecoder } from '../http/stream-decoder.ts';
import type { RewriteAids, RewriteObservation } from '../providers/observation.ts';
import { type HeldAnswer, heldAnswer } from './held-answer.ts';
import { type RewriterSteps, rewriterSteps } from './rewriter-steps.ts';

export interface RewritingReply extends Reply {
  /** Resolves once nothing more goes to the client: with what cut the answer or was held back of it, or null. At once when nothing is under way. */
  ended(): Promise<InterlockError | null>;
}

interface Rewriting {
  readonly observation: RewriteObservation;
  readonly aids: RewriteAids;
  readonly bodyless: (status: number) => boolean;
  /** For what is held back. */
  readonly budget: MemoryBudget;
}

/** True of the upstream's bytes only: lengths, codings, validators and digests (RFC 9110 §8, RFC 9530). */
const OF_OLD_BYTES = new Set([
  'content-length',
  'content-encoding',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
  'etag',
  'accept-ranges',
]);

export function rewritingReply(reply: Reply, rewriting: Rewriting): RewritingReply {
  return new Rewriter(reply, rewriting);
}

class Rewriter implements RewritingReply {
  readonly #reply: Reply;
  readonly #rewriting: Rewriting;
  readonly #over = Promise.withResolvers<InterlockError | null>();
  readonly #leaving: (() => void)[] = [];
  /** The head, until the first bytes. */
  #late: { readonly status: number; readonly headers: RawHeaders } | null = null;
  #held: HeldAnswer | null = null;
  #steps: RewriterSteps | null = null;
  #decoder: StreamDecoder | null = null;
  #resume: () => void = () => undefined;
  #trailers: RawHeaders = [];
  #state: 'passing' | 'ending' | 'over' = 'passing';

  constructor(reply: Reply, rewriting: Rewriting) {
    this.#reply = reply;
    this.#rewriting = rewriting;
    reply.onClose(() => this.#stop(null));
    reply.onDrain(() => {
      if (this.#steps === null) this.#resume();
      else this.#steps.resume();
    });
  }

  get headSent(): boolean {
    return this.#reply.headSent;
  }

  inform(status: number, headers: RawHeaders): void {
    this.#reply.inform(status, headers);
  }

  /** Throws when the answer must be rewritten and can't be: no head has gone out, so the client is told in words. */
  head(status: number, headers: RawHeaders, last = false): void {
    const { observation, bodyless, budget } = this.#rewriting;
    const fields = new HeaderList(headers);
    const opened = last || bodyless(status) ? null : observation.open({ status, headers: fields }, this.#aids());
    if (opened === null) {
      this.#reply.head(status, headers, last);
      return;
    }
    const codings = contentCodings(fields.all('content-encoding'));
    if (codings === null)
      throw new InterlockError('UPSTREAM_PROTOCOL', 'the answer comes in a content coding that can not be undone');
    const rewriter = heldAnswer(opened, budget);
    this.#held = rewriter;
    this.#late = { status, headers: rewrittenFields(fields, rewriter.headers ?? []) };
    if (rewriter.headWaits !== true) this.#sendHead();
    this.#steps = rewriterSteps(rewriter, {
      write: (bytes) => this.#give(bytes),
      end: () => this.#finish(),
      fail: (error) => this.#cut(error),
      drain: () => {
        if (this.#decoder === null) this.#resume();
        else this.#decoder.resume();
      },
    });
    if (codings.length > 0) this.#decoder = this.#decoderOf(codings);
  }

  write(chunk: Buffer): boolean {
    if (this.#steps === null) return this.#reply.write(chunk);
    if (this.#state === 'over') return true;
    return this.#decoder === null ? this.#steps.push(chunk) : this.#decoder.write(chunk);
  }

  onDrain(resume: () => void): void {
    this.#resume = resume;
  }

  end(trailers: RawHeaders): void {
    if (this.#steps === null) {
      this.#reply.end(trailers);
      return;
    }
    if (this.#state === 'over') return;
    this.#state = 'ending';
    this.#trailers = new HeaderList(trailers).without(OF_OLD_BYTES).raw;
    if (this.#decoder === null) this.#steps.end();
    else this.#decoder.end();
  }

  abort(): void {
    this.#stop(null);
    this.#reply.abort();
  }

  onClose(listener: () => void): void {
    this.#leaving.push(listener);
    this.#reply.onClose(listener);
  }

  switchProtocols(headers: RawHeaders): Duplex | null {
    return this.#reply.switchProtocols(headers);
  }

  ended(): Promise<InterlockError | null> {
    // The upstream failed before there was anything to give: the client is told in words.
    if (this.#state === 'passing' && this.#late !== null) this.#stop(null);
    return this.#state === 'passing' ? Promise.resolve(null) : this.#over.promise;
  }

  #decoderOf(codings: readonly string[]): StreamDecoder {
    return streamDecoder(codings, {
      data: (bytes) => this.#steps?.push(bytes) ?? true,
      end: () => this.#steps?.end(),
      fail: (error) => this.#cut(error),
      drain: () => this.#resume(),
    });
  }

  /** INVARIANT: for a client that has left, no more questions are asked, however many its answer still holds. */
  #aids(): RewriteAids {
    const { aids } = this.#rewriting;
    return {
      ...aids,
      mayDo: (action, unasked) =>
        this.#state === 'over' ? Promise.reject(new Error('nobody waits for the answer')) : aids.mayDo(action, unasked),
      say: (bytes) => {
        if (this.#state !== 'over' && bytes.length > 0) this.#give(bytes);
      },
    };
  }

  #sendHead(): void {
    if (this.#late === null) return;
    const { status, headers } = this.#late;
    this.#reply.head(status, headers);
    this.#late = null;
  }

  #give(bytes: Buffer): boolean {
    this.#sendHead();
    return this.#reply.write(bytes);
  }

  #finish(): void {
    this.#sendHead();
    this.#reply.end(this.#trailers);
    this.#stop(null);
  }

  /**
   * INVARIANT: the client sees a broken answer; not a byte that was not rewritten reaches it, nor an end that looks whole. Before the head it has
   * no answer yet: whoever sent the request refuses in words.
   */
  #cut(cause: unknown): void {
    if (this.#state === 'over') return;
    const why = cause instanceof Error ? cause.message : String(cause);
    const isUntold = this.#late !== null;
    this.#stop(
      isUntold && cause instanceof InterlockError
        ? cause
        : new InterlockError('UPSTREAM_PROTOCOL', `the answer could not be rewritten, so it was cut: ${why}`, { cause }),
    );
    if (!isUntold) this.#reply.abort();
    for (const listener of this.#leaving) listener();
  }

  #stop(error: InterlockError | null): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#steps?.stop();
    this.#decoder?.destroy();
    this.#held?.release();
    const withheld = this.#held?.withheld?.() ?? null;
    this.#over.resolve(error ?? (withheld === null ? null : new InterlockError('UPSTREAM_PROTOCOL', withheld)));
  }
}

function rewrittenFields(fields: HeaderList, own: RawHeaders): RawHeaders {
  const named = new Set(OF_OLD_BYTES);
  for (let i = 0; i < own.length; i += 2) named.add((own[i] ?? '').toLowerCase());
  return [...fields.without(named).raw, ...own];
}
