// The sessions of MCP over HTTP: a bounded number, each with a server of its own; the one that was idle longest makes room.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

export interface HttpSessions {
  /** Undefined for an id that names none, null when all are in use. What is not an `initialize` opens none that stays. */
  take(id: string | undefined): Promise<HttpSession | null | undefined>;
  close(): Promise<void>;
}

export interface HttpSession {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

interface Session {
  readonly transport: StreamableHTTPServerTransport;
  readonly server: Connectable;
  /** Requests that are being answered: a stream of events is one for as long as it is open. */
  open: number;
}

/** The SDK's transport does not fit the SDK's own interface where optional members are exact; to `connect` it is any object. */
interface Connectable {
  connect(transport: object): Promise<void>;
  close(): Promise<void>;
}

/** A question is at most 2 MiB, and JSON in JSON may double it. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

export function createHttpSessions(createTools: () => McpServer, max: number): HttpSessions {
  // In the order of use: the first is the one that was used least lately.
  const sessions = new Set<Session>();
  const end = (session: Session): void => {
    if (sessions.delete(session)) void session.server.close();
  };
  /** INVARIANT: never more than `max`: whoever opens sessions without end ends its own kind's idle ones, and takes no more memory. */
  const makeRoom = (): boolean => {
    if (sessions.size < max) return true;
    const idle = [...sessions].find(({ open, transport }) => open === 0 && transport.sessionId !== undefined);
    if (idle !== undefined) end(idle);
    return idle !== undefined;
  };
  const open = async (): Promise<Session> => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      maxRequestBodySize: MAX_BODY_BYTES,
      onsessionclosed: () => end(session),
    });
    const session: Session = { transport, server: createTools(), open: 0 };
    sessions.add(session);
    await session.server.connect(transport);
    return session;
  };
  return {
    async take(id) {
      const known = id === undefined ? undefined : [...sessions].find(({ transport }) => transport.sessionId === id);
      if (id !== undefined && known === undefined) return undefined;
      if (known === undefined && !makeRoom()) return null;
      const session = known ?? (await open());
      return {
        async answer(request, response) {
          if (sessions.delete(session)) sessions.add(session);
          session.open += 1;
          response.once('close', () => {
            session.open -= 1;
            if (session.transport.sessionId === undefined) end(session);
          });
          await session.transport.handleRequest(request, response);
        },
      };
    },
    async close() {
      await Promise.all([...sessions].map(({ server }) => server.close()));
    },
  };
}
