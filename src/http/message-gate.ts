// Who judges the messages of an upgraded connection, and what may then be done with each.

import type { SocketMessage } from './socket-message.ts';
import type { MessageLimits } from './websocket-messages.ts';

/** What a message's exchange can do with its two sockets. */
export interface MessageLeg {
  /** The message goes upstream, byte for byte. False: there is no upstream any more. */
  send(): boolean;
  /** The client hears this instead, as a message of the same kind; null closes the connection. `words` is for the close reason. */
  refuse(answer: Buffer | null, words: string): void;
  /** Runs once when either side goes away. */
  onClose(listener: () => void): void;
}

export interface MessageGate extends MessageLimits {
  /**
   * Null: the message does nothing that is judged, and goes on at once. Else resolves when its exchange is over.
   * INVARIANT: only `leg.send` puts it on the wire, and only after its verdict is written. Never rejects.
   */
  judge(message: SocketMessage, leg: MessageLeg): Promise<void> | null;
}
