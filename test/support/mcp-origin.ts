// An MCP server built from the official SDK: `/mcp` answers with events, `/json` with JSON, `/sse` and `/messages` are the transport of 2024-11-05.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  ListResourcesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { type Answer, type Origin, startOrigin } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

export interface McpOrigin extends Origin {
  /** `name {"arguments"}` of every call that was carried out. */
  readonly calls: string[];
  /** What the tool `lookup` says of itself from now on. */
  describe(text: string): void;
  /** What a list of tools is answered with from now on, for the id of the request; null: what the SDK makes. */
  listAs(written: ((id: unknown) => string) | null): void;
}

export async function startMcpOrigin(ca: ThrowawayCa, ...names: string[]): Promise<McpOrigin> {
  const calls: string[] = [];
  const streams = new Map<string, SSEServerTransport>();
  let description = 'Looks a word up';
  let written: ((id: unknown) => string) | null = null;

  const mcpServer = (): Server => {
    const server = new Server({ name: 'origin', version: '1.0.0' }, { capabilities: { tools: {}, resources: {} } });
    const schema = { type: 'object' as const, properties: { word: { type: 'string' } } };
    server.setRequestHandler(ListToolsRequestSchema, () => ({
      tools: [
        { name: 'search', description: 'Searches', inputSchema: schema },
        { name: 'lookup', description, inputSchema: schema },
        { name: 'delete_all', description: 'Deletes all', inputSchema: schema },
      ],
    }));
    server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
      calls.push(`${params.name} ${JSON.stringify(params.arguments ?? {})}`);
      return { content: [{ type: 'text', text: `did ${params.name}` }] };
    });
    server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [] }));
    server.setRequestHandler(ReadResourceRequestSchema, ({ params }) => ({ contents: [{ uri: params.uri, text: 'read' }] }));
    return server;
  };

  const answer: Answer = async (request, response, received) => {
    const [req, res] = [request as IncomingMessage, response as ServerResponse];
    const url = new URL(received.target, 'https://origin.invalid');
    if (url.pathname === '/sse') {
      const transport = new SSEServerTransport('/messages', res);
      streams.set(transport.sessionId, transport);
      await mcpServer().connect(transport);
      return;
    }
    const body = await received.body();
    const parsed: unknown = body.length === 0 ? undefined : JSON.parse(body.toString());
    if (url.pathname === '/messages') {
      await streams.get(url.searchParams.get('sessionId') ?? '')?.handlePostMessage(req, res, parsed);
      return;
    }
    const { id, method } = (parsed ?? {}) as { readonly id?: unknown; readonly method?: string };
    if (written !== null && method === 'tools/list') {
      const isJson = url.pathname === '/json';
      res.writeHead(200, { 'Content-Type': isJson ? 'application/json' : 'text/event-stream' });
      res.end(isJson ? written(id) : `event: message\ndata: ${written(id)}\n\n`);
      return;
    }
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: url.pathname === '/json' });
    await mcpServer().connect(transport);
    await transport.handleRequest(req, res, parsed);
  };
  const origin = await startOrigin({ leaf: await ca.issue(names), protocols: ['http/1.1'], answer });
  return Object.assign(origin, {
    calls,
    describe(text: string) {
      description = text;
    },
    listAs(as: ((id: unknown) => string) | null) {
      written = as;
    },
  });
}
