// MCP over Streamable HTTP, on loopback alone.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { createHttpSessions, type HttpSessions } from './http-sessions.ts';
import { hostAndPort, type LoopbackAddress, loopbackProblem } from './loopback.ts';

export interface HttpDoor {
  /** `http://127.0.0.1:7800/mcp`. */
  readonly url: string;
  close(): Promise<void>;
}

const PATH = '/mcp';
const MAX_SESSIONS = 32;
/** A session has a stream of events and some calls. */
const CONNECTIONS_PER_SESSION = 4;

/** Listens. Throws what the system says, such as EADDRINUSE. */
export async function serveHttp(
  address: LoopbackAddress,
  createTools: () => McpServer,
  maxSessions = MAX_SESSIONS,
): Promise<HttpDoor> {
  const sessions = createHttpSessions(createTools, maxSessions);
  const http = createServer((request, response) => {
    answer(request, response, { host: address.host, port: portOf(http) }, sessions).catch(() => {
      if (!response.headersSent) refuse(response, 500, 'internal error');
      response.destroy();
    });
  });
  http.maxConnections = maxSessions * CONNECTIONS_PER_SESSION;
  http.listen({ host: address.host, port: address.port });
  await once(http, 'listening');
  return {
    url: `http://${hostAndPort({ host: address.host, port: portOf(http) })}${PATH}`,
    async close() {
      const closed = once(http, 'close');
      http.close();
      await sessions.close();
      http.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  at: LoopbackAddress,
  sessions: HttpSessions,
): Promise<void> {
  const problem = loopbackProblem(request, at);
  if (problem !== null) return refuse(response, 403, problem);
  if (request.url !== PATH) return refuse(response, 404, `MCP is at ${PATH}`);
  const [id, ...others] = request.headersDistinct['mcp-session-id'] ?? [];
  if (others.length > 0 || (id === undefined && request.method !== 'POST')) return refuse(response, 400, 'name one session');
  const session = await sessions.take(id);
  if (session === undefined) return refuse(response, 404, 'there is no such session: initialize anew');
  if (session === null) return refuse(response, 503, 'too many sessions are open');
  await session.answer(request, response);
}

function portOf(http: Server): number {
  const bound = http.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
}

/** In the shape of JSON-RPC, as MCP's clients read errors. */
function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message: `Interlock: ${message}` }, id: null }));
}
