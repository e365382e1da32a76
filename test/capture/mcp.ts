// The Model Context Protocol: the streamable transport, the older one with two connections, and an array of messages.

import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { type Answer, given, type Vendor, vendor } from './vendor.ts';

interface Mcp {
  /** A new session, without the stream that a client listens to. */
  session(): Promise<{ readonly client: Client; readonly transport: StreamableHTTPClientTransport }>;
  /** A new session, of whose requests the last to go out is the one of that number. */
  upTo(count: number): Promise<void>;
  /** The transport of 2024-11-05, once it is told where its messages go. */
  old(): Promise<AsyncDisposable & { send(message: JSONRPCMessage): Promise<void> }>;
}

const HOST = 'https://tools.example.com';

const messages = vendor<Mcp>({
  folder: 'mcp',
  sdk: '@modelcontextprotocol/sdk',
  open: openMcp,
  answer,
  // The stream of old is opened anew whenever it ends.
  skips: /^GET \/sse$/,
  calls: {
    'hit-sdk-initialize': (m) => m.upTo(1),
    'hit-sdk-notifications-initialized': (m) => m.upTo(2),
    'hit-sdk-listen': (m) => m.upTo(3),
    'hit-sdk-tools-list': async (m) => (await m.session()).client.listTools(),
    'hit-sdk-tools-call': async (m) => (await m.session()).client.callTool({ name: 'send_mail', arguments: mail }),
    'hit-sdk-resources-list': async (m) => (await m.session()).client.listResources(),
    'hit-sdk-resources-templates-list': async (m) => (await m.session()).client.listResourceTemplates(),
    'hit-sdk-resources-read': async (m) => (await m.session()).client.readResource({ uri: 'file:///etc/hosts' }),
    'hit-sdk-resources-subscribe': async (m) => (await m.session()).client.subscribeResource(docs),
    'hit-sdk-resources-unsubscribe': async (m) => (await m.session()).client.unsubscribeResource(docs),
    'hit-sdk-prompts-list': async (m) => (await m.session()).client.listPrompts(),
    'hit-sdk-prompts-get': async (m) => (await m.session()).client.getPrompt({ name: 'review', arguments: { pr: '7' } }),
    'hit-sdk-completion-complete': async (m) =>
      (await m.session()).client.complete({
        ref: { type: 'ref/prompt', name: 'review' },
        argument: { name: 'pr', value: '7' },
      }),
    'hit-sdk-logging-setlevel': async (m) => (await m.session()).client.setLoggingLevel('warning'),
    'hit-sdk-ping': async (m) => (await m.session()).client.ping(),
    // What the server asks in the stream of an answer, the client answers in a request of its own.
    'hit-sdk-answer-sampling': async (m) => {
      const { client } = await m.session();
      await client.callTool({ name: 'asks' });
      await delay(50);
    },
    'hit-sdk-close': async (m) => (await m.session()).transport.terminateSession(),
    // What 2025-03-26 allows, from the transport itself: the client never makes one.
    'hit-batch': async (m) => (await m.session()).transport.send(given(batch)),
    'hit-old-messages': async (m) => {
      await using old = await m.old();
      await old.send({
        jsonrpc: '2.0',
        id: 2,
        method: 'tools/call',
        params: { name: 'send_mail', arguments: { to: 'b@ex.com' } },
      });
    },
  },
});

const oldStream = vendor<Mcp>({
  folder: 'mcp',
  sdk: '@modelcontextprotocol/sdk',
  open: openMcp,
  answer,
  calls: {
    'hit-old-stream': async (m) => {
      await using _old = await m.old();
    },
  },
});

export const mcpVendors: readonly Vendor[] = [messages, oldStream];

const docs = { uri: 'https://docs.example.com/a' };

const mail = {
  to: ['ann@example.com', 'eve@evil.example'],
  subject: 'Hi',
  link: 'https://files.example.com/a?b=1',
  file: '/srv/data/a.txt',
  options: { cc: null, urgent: true, weight: 1.5 },
};

const batch = [
  { jsonrpc: '2.0', id: 1, method: 'tools/list' },
  { jsonrpc: '2.0', id: 'two', method: 'tools/call', params: { name: 'a', arguments: { x: 1 } } },
  { jsonrpc: '2.0', method: 'notifications/initialized' },
];

async function openMcp(): Promise<Mcp> {
  const { Client: Made } = await import('@modelcontextprotocol/sdk/client/index.js');
  const { StreamableHTTPClientTransport: Streamable } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
  const { SSEClientTransport: Sse } = await import('@modelcontextprotocol/sdk/client/sse.js');
  const { CreateMessageRequestSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const requestInit = { headers: { Authorization: 'Bearer dummy' } };
  const agent = () => {
    const client = new Made({ name: 'agent', version: '1.0.0' }, { capabilities: { sampling: {} } });
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      role: 'assistant',
      content: { type: 'text', text: 'secret' },
      model: 'm',
    }));
    return client;
  };
  const open = async (sends: (init: RequestInit) => boolean) => {
    const transport = new Streamable(new URL(`${HOST}/mcp`), {
      requestInit,
      fetch: async (url, init = {}) => (sends(init) ? fetch(url, init) : new Response(null, { status: 405 })),
    });
    const client = agent();
    await client.connect(transport);
    return { client, transport };
  };
  return {
    session: () => open(({ method }) => method !== 'GET'),
    async upTo(count) {
      let sent = 0;
      const gone = Promise.withResolvers<void>();
      const counted = (): boolean => {
        sent += 1;
        if (sent >= count) setTimeout(gone.resolve, 50);
        return sent <= count;
      };
      await Promise.all([open(counted), gone.promise]);
    },
    async old() {
      const transport = new Sse(new URL(`${HOST}/sse`), { requestInit });
      await transport.start();
      return { send: (message) => transport.send(message), [Symbol.asyncDispose]: () => transport.close() };
    },
  };
}

function answer(line: string, body: Buffer): Answer {
  if (line === 'GET /sse')
    return { headers: { 'Content-Type': 'text/event-stream' }, body: 'event: endpoint\ndata: /messages?sessionId=3f2a\n\n' };
  if (!line.startsWith('POST')) return { status: 405 };
  const { id, method, params } = body.length > 0 ? (JSON.parse(body.toString()) as Message) : {};
  if (id === undefined || method === undefined) return { status: 202, body: '' };
  if (params?.name === 'asks') return { headers: { 'Content-Type': 'text/event-stream' }, body: asking(id) };
  const result =
    method === 'initialize'
      ? {
          protocolVersion: '2025-11-25',
          capabilities: { tools: {}, resources: { subscribe: true }, prompts: {}, completions: {}, logging: {} },
          serverInfo: { name: 'server', version: '1.0.0' },
        }
      : {};
  return { headers: { 'Mcp-Session-Id': '1868a90c-dummy' }, body: { jsonrpc: '2.0', id, result } };
}

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: { readonly name?: string };
}

/** The server's question, and what it was asked itself. */
function asking(id: unknown): string {
  const question = { id: 9, method: 'sampling/createMessage', params: { messages: [], maxTokens: 9 } };
  const messages = [question, { id, result: { content: [] } }];
  return messages.map((message) => `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`).join('');
}
