// An answer that has begun while its request still waits for people: progress first, the real end later.

import type { RawHeaders } from './headers.ts';
import { HeaderList } from './headers.ts';
import type { Reply } from './reply.ts';

/** How one API shows progress inside the answer that it gives anyway. */
export interface WaitingForm {
  /** Fields of the 200 that begins the answer. */
  readonly headers: RawHeaders;
  /** One line for people. Plain text goes in, this API's framing comes out. */
  say(line: string): Buffer;
  /** Shows nothing, keeps what is between here and there awake, and finds out whether anybody is left. */
  readonly pulse: Buffer;
  /** Can this answer be the rest of the one that has begun? Then its body follows as it is. */
  fits(status: number, headers: HeaderList): boolean;
  /** The end of the answer for an upstream whose own can't follow. */
  failure(status: number): Buffer;
}

export interface WaitingReply extends Reply {
  /** One more line. Nothing once the real answer has begun. */
  say(line: string): void;
}

/** Shorter than the minute after which many networks drop a silent connection. */
const PULSE_MS = 10_000;

/**
 * Sends the head and the first line at once. From then on `head`, `write` and `end` give the rest of that answer: a client never hears of a
 * second status, so an error of the upstream becomes this API's own.
 */
export function waitingReply(inner: Reply, form: WaitingForm, line: string): WaitingReply {
  /** What becomes of the real answer: nothing yet, its bytes as they are, or read away for a failure. */
  let rest: 'none' | 'follows' | 'failed' = 'none';
  let status = 0;
  inner.head(200, form.headers);
  inner.write(form.say(line));
  const pulse = setInterval(() => void inner.write(form.pulse), PULSE_MS);
  pulse.unref();
  const quiet = (): void => clearInterval(pulse);
  inner.onClose(quiet);
  return {
    plain: true,
    get headSent() {
      return rest !== 'none';
    },
    say(more) {
      if (rest === 'none') inner.write(form.say(more));
    },
    inform: () => undefined,
    head(answered, headers) {
      quiet();
      status = answered;
      rest = form.fits(answered, new HeaderList(headers)) ? 'follows' : 'failed';
    },
    write: (chunk) => (rest === 'follows' ? inner.write(chunk) : true),
    onDrain: (resume) => inner.onDrain(resume),
    end() {
      if (rest === 'failed') inner.write(form.failure(status));
      inner.end([]);
    },
    abort() {
      quiet();
      inner.abort();
    },
    onClose: (listener) => inner.onClose(listener),
    switchProtocols: () => null,
  };
}
