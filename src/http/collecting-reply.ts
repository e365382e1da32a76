// Reply for the requests that Interlock itself makes: the answer is collected in memory, bounded.

import { InterlockError } from '../errors.ts';
import { HeaderList, type RawHeaders } from './headers.ts';
import type { Reply } from './reply.ts';

export interface CollectedAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer;
}

export interface CollectingReply extends Reply {
  readonly answered: Promise<CollectedAnswer>;
  /** Gives up: `answered` rejects with this, and whoever sends learns that nobody listens any more. */
  leave(error: InterlockError): void;
}

/**
 * `answered` rejects with UPSTREAM_PROTOCOL when the answer is larger than `maxBytes`, with UPSTREAM_CLOSED when it breaks off. Of a larger
 * one the rest is read away, or left unread with `leaveEarly`.
 */
export function collectingReply(maxBytes: number, leaveEarly = false): CollectingReply {
  const { promise, resolve, reject } = Promise.withResolvers<CollectedAnswer>();
  promise.catch(() => undefined); // the caller may have left with an error of its own
  const chunks: Buffer[] = [];
  let size = 0;
  const listeners: (() => void)[] = [];
  const leave = (error: InterlockError): void => {
    reject(error);
    for (const listener of listeners) listener();
  };
  let head: { readonly status: number; readonly headers: RawHeaders } | null = null;
  return {
    answered: promise,
    leave,
    get headSent() {
      return head !== null;
    },
    inform: () => undefined,
    head(status, headers) {
      head = { status, headers };
    },
    write(chunk) {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return true;
      }
      const error = new InterlockError('UPSTREAM_PROTOCOL', `the answer is larger than ${maxBytes} bytes`);
      if (leaveEarly) leave(error);
      else reject(error);
      return true;
    },
    onDrain: () => undefined,
    end() {
      if (head !== null) resolve({ status: head.status, headers: new HeaderList(head.headers), body: Buffer.concat(chunks) });
    },
    abort: () => reject(new InterlockError('UPSTREAM_CLOSED', 'the answer broke off')),
    onClose: (listener) => void listeners.push(listener),
    switchProtocols: () => null,
  };
}
