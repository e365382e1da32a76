// Messages of an upgraded connection (WebSocket), judged one by one as exchanges with their cause.

import type { Action } from '../classify/action.ts';
import type { Known } from '../classify/known.ts';
import type { Refusal } from './refusal.ts';

export interface SocketReader {
  /** What this message would do; empty when it does nothing that is judged. Called for whole messages from the client. */
  classify(message: SocketMessage, known: Known): readonly Action[];
  /** What the client hears instead, as a message of the same kind; null: the connection is closed with 1008. */
  refuse(message: SocketMessage, refusal: Refusal): Buffer | null;
}

export interface SocketMessage {
  readonly text: boolean;
  readonly bytes: Buffer;
}
