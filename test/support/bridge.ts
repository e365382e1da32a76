// A relay between real sockets: a client's server, the way out, and an origin in the clear, with what became of each exchange.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createDialer } from '../../src/forward/dialer.ts';
import { createAddressGuard } from '../../src/forward/address-guard.ts';
import { createResolver } from '../../src/forward/resolver.ts';
import { relay, type Sent } from '../../src/forward/relay.ts';
import { createUpstream } from '../../src/forward/upstream.ts';
import { http1Reply } from '../../src/http/http1-reply.ts';
import type { Reply } from '../../src/http/reply.ts';
import { createUpstreamTrust } from '../../src/tls/upstream-trust.ts';
import { portOf } from './origin.ts';
import { outgoingTo } from './sink.ts';

export interface Bridge extends AsyncDisposable {
  readonly port: number;
  /** The outcome of the next exchange that ends. */
  nextSent(): Promise<Sent>;
}

export async function startBridge(
  originPort: number,
  extraHeaders: readonly string[] = [],
  before: (reply: Reply) => Reply = (reply) => reply,
): Promise<Bridge> {
  const upstream = createUpstream(
    createDialer({
      resolver: createResolver({ hosts: { 'origin.test': { host: '127.0.0.1', port: originPort } } }),
      guard: createAddressGuard({ allowAddresses: [], own: [] }),
      trust: createUpstreamTrust({ caFiles: [], clientCerts: {} }),
      parentProxy: null,
      connectTimeoutMs: 60_000,
    }),
  );
  const waiting: ((sent: Sent) => void)[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const hasBody = 'transfer-encoding' in request.headers || 'content-length' in request.headers;
    const headers = request.rawHeaders.filter(
      (_, i, all) => !/^(host|connection|transfer-encoding)$/i.test(all[i - (i % 2)] ?? ''),
    );
    const outgoing = outgoingTo('origin.test', 80, {
      scheme: 'http',
      method: request.method ?? '',
      target: request.url ?? '',
      headers,
      body: hasBody ? request : null,
    });
    const answer = async (): Promise<void> => {
      const sent = await relay(upstream, outgoing, before(http1Reply(response)), { extraHeaders, gate: null });
      if (sent.error !== null && !response.headersSent) response.writeHead(502, { 'content-length': 0 }).end();
      waiting.shift()?.(sent);
    };
    void answer();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    nextSent: () => new Promise((resolve) => waiting.push(resolve)),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await upstream.close();
    },
  };
}
