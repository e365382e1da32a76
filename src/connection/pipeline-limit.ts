// What follows on one HTTP/1.1 connection: how many requests may be under way (HTTP/2 has its stream limit, pipelining has none in Node), and
// none behind a request of which nobody knows for sure where it ends.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Exchange } from '../http/exchange.ts';

/** Real clients that pipeline at all send a handful; each request under way holds an exchange (threats G3, G7). */
const MAX_UNDER_WAY = 32;

export interface PipelineLimit {
  /** False: the request must not be served. One too many cuts its connection. */
  admit(request: IncomingMessage, response: ServerResponse): boolean;
  /** What an admitted request became. */
  began(request: IncomingMessage, exchange: Pick<Exchange, 'fault' | 'body'>): void;
  /** False: nothing that comes on this connection is a request any more. */
  isOpen(socket: Socket): boolean;
  /** What came on this connection is no HTTP: a body that is not whole by then never will be. */
  broke(socket: object): void;
}

interface State {
  underWay: number;
  open: boolean;
  newest: { readonly request: IncomingMessage; readonly body: Exchange['body'] } | null;
}

/** `onCut` runs for a request that is not served, and is told why. */
export function createPipelineLimit(onCut: (request: IncomingMessage, why: string) => void): PipelineLimit {
  const states = new WeakMap<object, State>();
  const stateOf = (socket: object): State => {
    const known = states.get(socket);
    if (known !== undefined) return known;
    const state = { underWay: 0, open: true, newest: null };
    states.set(socket, state);
    return state;
  };
  // Once its last answer is on its way nothing more is served either (RFC 9112 §9.6, threat A20).
  const isOpen = (socket: Socket): boolean => !socket.writableEnded && (states.get(socket)?.open ?? true);
  return {
    admit(request, response) {
      const { socket } = request;
      if (socket.destroyed) return false;
      if (!isOpen(socket)) {
        onCut(request, 'a request behind the last of its connection');
        return false;
      }
      const state = stateOf(socket);
      if (state.underWay >= MAX_UNDER_WAY) {
        onCut(request, 'too many pipelined requests');
        socket.destroy();
        return false;
      }
      state.underWay += 1;
      response.on('close', () => {
        state.underWay -= 1;
        if (state.newest?.request === request) state.newest = null;
      });
      return true;
    },
    began(request, { fault, body }) {
      const state = stateOf(request.socket);
      state.newest = { request, body };
      // INVARIANT: its refusal closes the connection, but may be written later than a verdict on what seems to come behind it (threat B1).
      if (fault !== null && !body.complete) state.open = false;
    },
    isOpen,
    broke(socket) {
      const newest = states.get(socket)?.newest;
      if (newest?.request.complete === false) newest.body.breakOff();
    },
  };
}
