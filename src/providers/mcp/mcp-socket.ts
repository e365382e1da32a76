// MCP on a WebSocket: no revision has it, several servers do. Each message is read like the body of a POST.

import type { RequestView } from '../../http/request-view.ts';
import { refusalSentence } from '../refusal.ts';
import type { SocketReader } from '../socket-reader.ts';
import { readRpc, smellsOfRpc } from './json-rpc.ts';
import { messageAction, unknownWrite } from './mcp-action.ts';
import { hasMcpHint } from './mcp-hints.ts';
import { refusedBody } from './mcp-refusal.ts';

/** `{`, `[`, what may stand before them, and a byte order mark. */
const JSON_START = new Set([0x7b, 0x5b, 0x20, 0x09, 0x0a, 0x0d, 0xef]);

/** Null where nothing in the head says MCP: on other sockets messages are not read. */
export function mcpSocket(request: RequestView): SocketReader | null {
  const protocols = request.headers.all('sec-websocket-protocol').flatMap((value) => value.toLowerCase().split(','));
  if (!hasMcpHint(request) && !protocols.some((protocol) => protocol.trim() === 'mcp')) return null;
  return {
    wants: ({ bytes }) => JSON_START.has(bytes[0] ?? 0),
    classify({ bytes }, known) {
      const body = readRpc(bytes);
      if (body !== null) return body.messages.map((message) => messageAction(request, message, known, true));
      return smellsOfRpc(bytes) ? [unknownWrite(request, false)] : [];
    },
    refuse: ({ bytes }, refusal) => Buffer.from(JSON.stringify(refusedBody(readRpc(bytes), refusalSentence(refusal)))),
  };
}
