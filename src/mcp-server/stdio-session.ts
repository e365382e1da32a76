// MCP over standard input and output: one session, for as long as the host that started us holds the pipe.

import type { Readable, Writable } from 'node:stream';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

/** A question is at most 2 MiB, and JSON in JSON may double it. */
const MAX_MESSAGE_BYTES = 5 * 1024 * 1024;

/** Resolves when the input has ended, the other side has gone, or `stop` has aborted. Nothing but messages is written to `output`. */
export async function serveStdio(server: McpServer, input: Readable, output: Writable, stop: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  // The SDK does not look for the end of its input: without this a host that was killed would leave us behind.
  for (const event of ['end', 'close', 'error']) input.once(event, end);
  output.once('error', end);
  if (stop.aborted) end();
  stop.addEventListener('abort', end, { once: true });
  // A message without an end, or an output that is gone: then the SDK closes by itself.
  Object.assign(server.server, { onclose: end });
  await server.connect(new StdioServerTransport(input, output, { maxBufferSize: MAX_MESSAGE_BYTES }));
  await promise;
  await server.close();
}
