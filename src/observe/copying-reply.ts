// A reply that lets everything through untouched and leaves a copy of it on the way.

import type { Duplex } from 'node:stream';
import type { RawHeaders } from '../http/headers.ts';
import type { Reply } from '../http/reply.ts';
import type { AnswerCopy } from './answer-copy.ts';

export function copyingReply(reply: Reply, copy: AnswerCopy, bodyless: (status: number) => boolean): Reply {
  return new CopyingReply(reply, copy, bodyless);
}

class CopyingReply implements Reply {
  readonly #reply: Reply;
  readonly #copy: AnswerCopy;
  readonly #bodyless: (status: number) => boolean;

  constructor(reply: Reply, copy: AnswerCopy, bodyless: (status: number) => boolean) {
    this.#reply = reply;
    this.#copy = copy;
    this.#bodyless = bodyless;
    reply.onClose(() => copy.cut());
  }

  get headSent(): boolean {
    return this.#reply.headSent;
  }

  inform(status: number, headers: RawHeaders): void {
    this.#reply.inform(status, headers);
  }

  head(status: number, headers: RawHeaders, last = false): void {
    this.#reply.head(status, headers, last);
    if (!last && !this.#bodyless(status)) this.#copy.begin(status, headers);
  }

  write(chunk: Buffer): boolean {
    this.#copy.add(chunk);
    return this.#reply.write(chunk);
  }

  onDrain(resume: () => void): void {
    this.#reply.onDrain(resume);
  }

  end(trailers: RawHeaders): void {
    this.#copy.end();
    this.#reply.end(trailers);
  }

  abort(): void {
    this.#copy.cut();
    this.#reply.abort();
  }

  onClose(listener: () => void): void {
    this.#reply.onClose(listener);
  }

  switchProtocols(headers: RawHeaders): Duplex | null {
    return this.#reply.switchProtocols(headers);
  }
}
