// Reply of a WebSocket message that is judged: what is refused becomes a message to the client, or the end of the connection.

import { HeaderList } from './headers.ts';
import type { MessageLeg } from './message-gate.ts';
import type { Reply } from './reply.ts';

interface MessageReply extends Reply {
  /** The reader's own words for the refusal under way; null when it has none. */
  readonly tell: (answer: Buffer | null) => void;
}

export function messageReply(leg: Pick<MessageLeg, 'refuse' | 'onClose'>): MessageReply {
  let told: Buffer | null = null;
  let headSent = false;
  let words = 'refused by the proxy';
  return {
    tell(answer) {
      told = answer;
    },
    get headSent() {
      return headSent;
    },
    inform: () => undefined,
    head(_status, headers) {
      headSent = true;
      const entry = new HeaderList(headers).get('interlock-entry');
      if (entry !== undefined) words = `refused by the proxy (entry ${entry})`;
    },
    // What a refusal in our own words would write as a body has no place on a WebSocket: the close reason names the entry.
    write: () => true,
    onDrain: () => undefined,
    end: () => leg.refuse(told, words),
    abort: () => leg.refuse(null, words),
    onClose: (listener) => leg.onClose(listener),
    switchProtocols: () => null,
  };
}
