// A client's reply by hand: what reached it, whether it was cut, and back-pressure at will.

import type { RawHeaders } from '../../src/http/headers.ts';
import type { Reply } from '../../src/http/reply.ts';

export interface SlowReply extends Reply {
  readonly seen: {
    status: number;
    headers: RawHeaders;
    text: string;
    writes: number;
    trailers: RawHeaders;
    end: 'none' | 'whole' | 'cut';
  };
  /** False: every write says wait, until `drain`. */
  taking: boolean;
  drain(): void;
  leave(): void;
}

export function slowReply(): SlowReply {
  const leaving: (() => void)[] = [];
  let resume = (): void => undefined;
  const seen: SlowReply['seen'] = { status: 0, headers: [], text: '', writes: 0, trailers: [], end: 'none' };
  const reply: SlowReply = {
    seen,
    taking: true,
    get headSent() {
      return seen.status !== 0;
    },
    inform: () => undefined,
    head(status, headers) {
      seen.status = status;
      seen.headers = headers;
    },
    write(chunk) {
      seen.text += chunk.toString('latin1');
      seen.writes += 1;
      return reply.taking;
    },
    onDrain(listener) {
      resume = listener;
    },
    end(trailers) {
      seen.trailers = trailers;
      seen.end = 'whole';
    },
    abort() {
      seen.end = 'cut';
      reply.leave();
    },
    onClose: (listener) => void leaving.push(listener),
    switchProtocols: () => null,
    drain() {
      reply.taking = true;
      resume();
    },
    leave: () => {
      for (const listener of leaving) listener();
    },
  };
  return reply;
}
