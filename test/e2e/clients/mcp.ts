// The official MCP SDK: connects to `url` by `transport` and does `steps`, each `list`, `read URI` or `call NAME {"arguments"}`.

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { addresses, input, outcome, report } from './report.ts';

await report(async () => {
  const { url, transport, steps } = input();
  const address = new URL(String(url));
  const made = transport === 'sse' ? new SSEClientTransport(address) : new StreamableHTTPClientTransport(address);
  const client = new Client({ name: 'e2e', version: '1.0.0' });
  await client.connect(made);
  const done: unknown[] = [];
  for (const step of addresses(steps)) done.push(await outcome(() => take(client, step)));
  return { done };
});

async function take(client: Client, step: string): Promise<unknown> {
  const [verb = '', name = '', args = '{}'] = step.split(' ');
  if (verb === 'list') return (await client.listTools()).tools.map((tool) => tool.name);
  if (verb === 'read') return client.readResource({ uri: name });
  return client.callTool({ name, arguments: JSON.parse(args) as Record<string, unknown> }, undefined, { timeout: 60_000 });
}
