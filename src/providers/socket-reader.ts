// Messages of an upgraded connection (WebSocket), judged one by one as exchanges with their cause.

import type { Action } from '../classify/action.ts';
import type { Known } from '../classify/known.ts';
import type { SocketMessage } from '../http/socket-message.ts';
import type { Refusal } from './refusal.ts';

export interface SocketReader {
  /**
   * By a message's kind and the first of its bytes (at least one, as they happened to arrive): could it be one of mine? False lets it
   * stream through unread, however long it is, when no other reader wants it; what is wanted must fit into `limits.inspectBytes`.
   * Absent: every message is read.
   */
  wants?(start: SocketMessage): boolean;
  /**
   * What this message would do; empty when it does nothing that is judged. Called for whole messages from the client. Of all the readers
   * of a connection each is asked, and what they name is judged together: no message passes because the first did not know it.
   */
  classify(message: SocketMessage, known: Known): readonly Action[];
  /** What the client hears instead, as a message of the same kind; null: the connection is closed with 1008. */
  refuse(message: SocketMessage, refusal: Refusal): Buffer | null;
}

export type { SocketMessage } from '../http/socket-message.ts';
