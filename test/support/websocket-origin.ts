// A WebSocket origin: says each message back, or what `answer` makes of it, and keeps the handshake that it saw.

import { WebSocketServer } from 'ws';
import { startOrigin, type Origin } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

export interface WebSocketOrigin extends Origin {
  /** What arrived as messages, text as strings. */
  readonly messages: (string | Buffer)[];
}

/** Offers permessage-deflate, so that a test can see whether it was negotiated. Chooses the first subprotocol that is offered. */
export async function startWebSocketOrigin(
  ca: ThrowawayCa,
  names: readonly string[],
  answer?: (message: string) => string,
): Promise<WebSocketOrigin> {
  const messages: (string | Buffer)[] = [];
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  sockets.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', (data, binary) => {
      const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
      messages.push(binary ? bytes : bytes.toString('utf8'));
      socket.send(binary || answer === undefined ? bytes : answer(bytes.toString('utf8')), { binary });
    });
  });
  const origin = await startOrigin({
    leaf: await ca.issue([...names]),
    protocols: ['http/1.1'],
    onUpgrade: (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (open) => sockets.emit('connection', open, request)),
  });
  return Object.assign(origin, { messages });
}
