// The way out against real origins: protocols are learnt, connections kept for one principal, and failures named.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Outgoing } from '../../src/forward/outgoing.ts';
import { createAddressGuard } from '../../src/forward/address-guard.ts';
import { createDialer } from '../../src/forward/dialer.ts';
import { createResolver } from '../../src/forward/resolver.ts';
import { createUpstream } from '../../src/forward/upstream.ts';
import { createUpstreamTrust } from '../../src/tls/upstream-trust.ts';
import { portOf, startOrigin } from '../support/origin.ts';
import { outgoingTo, recordingSink, type Seen } from '../support/sink.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const ca = stack.use(await createThrowawayCa());
const leaf = await ca.issue(['h1.test', 'h2.test', 'gone.test']);
const old = stack.use(await startOrigin({ leaf, protocols: ['http/1.1'] }));
const fresh = stack.use(await startOrigin({ leaf, protocols: ['h2'] }));
const hasty = stack.use(
  await startOrigin({
    leaf,
    protocols: ['http/1.1'],
    answer: (request, response) => {
      response.end('bye');
      request.socket.end();
    },
  }),
);
const deaf = createServer((socket) => void socket.destroy());
deaf.listen(0, '127.0.0.1');
await once(deaf, 'listening');
stack.defer(() => void deaf.close());

function open() {
  const pin = (port: number) => ({ host: '127.0.0.1', port });
  const hosts = {
    'h1.test': pin(old.port),
    'h2.test': pin(fresh.port),
    'gone.test': pin(portOf(deaf)),
    'hasty.test': pin(hasty.port),
    'h1.test:81': pin(hasty.port),
  };
  const dialer = createDialer({
    resolver: createResolver({ hosts, lookup: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) }),
    guard: createAddressGuard({ allowAddresses: [], own: [] }),
    trust: createUpstreamTrust({ caFiles: [ca.certFile], clientCerts: {} }),
    parentProxy: null,
    connectTimeoutMs: 60_000,
  });
  const upstream = createUpstream(dialer);
  const send = (host: string, parts: Partial<Outgoing> = {}): Promise<Seen> => {
    const sink = recordingSink();
    upstream.send(outgoingTo(host, 443, parts), sink);
    return sink.over;
  };
  return { upstream, send, [Symbol.asyncDispose]: () => upstream.close() };
}

test('an origin of HTTP/1.1 gets it, over one kept connection', async () => {
  await using out = open();
  const before = old.connections;
  for (const i of [1, 2, 3]) {
    assert.equal((await out.send('h1.test', { target: `/kept/${i}` })).status, 200);
    await delay(5); // the pool takes a connection back a tick after its answer has ended
  }
  assert.equal(old.connections - before, 1);
  assert.deepEqual([out.upstream.stats().pools, out.upstream.stats().http2Sessions], [1, 0]);
});

test('an origin that chooses h2 by ALPN gets HTTP/2, over one session', async () => {
  await using out = open();
  const before = fresh.connections;
  const seen = await Promise.all(
    [1, 2, 3].map((i) => out.send('h2.test', { target: `/h2/${i}`, method: 'POST', body: Buffer.from('x') })),
  );
  for (const one of seen) assert.match(one.body, /"protocol":"h2"/);
  assert.equal(fresh.connections - before, 1);
  assert.equal(out.upstream.stats().http2Sessions, 1);
});

// INVARIANT: a connection belongs to one principal (threat E3).
for (const [host, origin] of [
  ['h1.test', old],
  ['h2.test', fresh],
] as const) {
  test(`two principals never share a connection to ${host}`, async () => {
    await using out = open();
    const before = origin.connections;
    await out.send(host, { principal: 'a' });
    await out.send(host, { principal: 'b' });
    await out.send(host, { principal: 'a' });
    assert.equal(origin.connections - before, 2);
  });
}

test('what was approved goes over a connection that nobody used before, and closes it', async () => {
  await using out = open();
  await out.send('h1.test');
  const before = old.connections;
  await out.send('h1.test', { fresh: true });
  await out.send('h1.test', { fresh: true });
  assert.equal(old.connections - before, 2);
});

test('a kept connection that the origin has closed is not used again', async () => {
  await using out = open();
  for (let i = 0; i < 3; i += 1) {
    assert.equal((await out.send('h1.test', { authority: { host: 'h1.test', port: 81 } })).body, 'bye');
    await waitFor(() => out.upstream.stats().open === 0 || undefined);
  }
});

test('a session that the origin has closed is replaced', async () => {
  await using out = open();
  const opened = once(fresh.server, 'session');
  await out.send('h2.test');
  const [session]: { destroy(): void }[] = await opened;
  session?.destroy();
  await waitFor(() => out.upstream.stats().http2Sessions === 0 || undefined);
  assert.equal((await out.send('h2.test')).status, 200);
});

test('failures are named: a name without trust, a closed connection, a denied address', async () => {
  await using out = open();
  assert.equal((await out.send('hasty.test')).error?.code, 'UPSTREAM_CERTIFICATE');
  assert.match((await out.send('gone.test')).error?.code ?? '', /^(UPSTREAM_CLOSED|CONNECT_FAILED|UPSTREAM_CERTIFICATE)$/);
  assert.equal((await out.send('other.test')).error?.code, 'ADDRESS_DENIED');
});

test('a request that cannot be written fails before anything is sent', async () => {
  await using out = open();
  const before = old.received.length;
  const seen = await out.send('h1.test', { headers: ['x', 'a\r\nb: c'] });
  assert.equal(seen.error?.code, 'UPSTREAM_PROTOCOL');
  assert.equal(old.received.length, before);
});
