// How many requests one HTTP/1.1 connection may have under way: HTTP/2 has its stream limit, pipelining has none in Node.

import type { IncomingMessage, ServerResponse } from 'node:http';

/** Real clients that pipeline at all send a handful; each request under way holds an exchange (threats G3, G7). */
const MAX_UNDER_WAY = 32;

interface PipelineLimit {
  /** False: one too many; the connection is cut and the request must not be served. */
  admit(request: IncomingMessage, response: ServerResponse): boolean;
}

/** `onExcess` runs once for a connection that is cut. */
export function createPipelineLimit(onExcess: (request: IncomingMessage) => void): PipelineLimit {
  const underWay = new WeakMap<object, number>();
  return {
    admit(request, response) {
      const { socket } = request;
      if (socket.destroyed) return false;
      const count = underWay.get(socket) ?? 0;
      if (count >= MAX_UNDER_WAY) {
        onExcess(request);
        socket.destroy();
        return false;
      }
      underWay.set(socket, count + 1);
      response.on('close', () => underWay.set(socket, (underWay.get(socket) ?? 1) - 1));
      return true;
    },
  };
}
