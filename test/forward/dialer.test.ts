// One way out: checked addresses only, verified names only.

import assert from 'node:assert/strict';
import { createServer as createTcpServer } from 'node:net';
import { describe, it } from 'node:test';
import { createAddressGuard } from '../../src/forward/address-guard.ts';
import { createDialer } from '../../src/forward/dialer.ts';
import { createResolver, type Lookup } from '../../src/forward/resolver.ts';
import { coded, dialer, echoes, listen, tlsEcho, trust } from './dialer-setup.ts';

describe('the dialer', () => {
  it('reaches a pinned name over TLS, verified for the name, and tells the protocol', async () => {
    const port = await tlsEcho();
    const dialed = await dialer({ hosts: { 'a.test': { host: '127.0.0.1', port } } }).dial(
      { host: 'a.test', port: 443 },
      { secure: true, alpn: ['h2', 'http/1.1'] },
    );
    assert.equal(dialed.protocol, 'h2');
    assert.equal(dialed.address, '127.0.0.1');
    assert.equal(await echoes(dialed.socket), true);
  });

  it('reaches an IP literal, and plain TCP', async () => {
    const port = await tlsEcho();
    const allowing = dialer({ allowAddresses: ['127.0.0.0/8'] });
    const secured = await allowing.dial({ host: '127.0.0.1', port }, { secure: true, alpn: [] });
    assert.equal(secured.protocol, null);
    assert.equal(await echoes(secured.socket), true);
    const plain = await allowing.dial(
      { host: '127.0.0.1', port: await listen(createTcpServer((socket) => socket.pipe(socket))) },
      { secure: false, alpn: [] },
    );
    assert.equal(plain.protocol, null);
    assert.equal(await echoes(plain.socket), true);
  });

  it('verifies the name that was asked for and not the place that it is pinned to', async () => {
    const port = await tlsEcho();
    const pinned = dialer({ hosts: { 'b.test': { host: '127.0.0.1', port } } });
    await assert.rejects(
      pinned.dial({ host: 'b.test', port: 443 }, { secure: true, alpn: [] }),
      coded('UPSTREAM_CERTIFICATE', /b\.test.*another name: a\.test, localhost/),
    );
  });

  it('goes on to the next address when one does not answer', async () => {
    const port = await tlsEcho();
    const several = dialer({
      allowAddresses: ['127.0.0.0/8', '::1/128'],
      names: { 'a.test': ['::1', '127.0.0.2', '127.0.0.1'] },
    });
    const dialed = await several.dial({ host: 'a.test', port }, { secure: true, alpn: [] });
    assert.equal(dialed.address, '127.0.0.1');
    dialed.socket.destroy();
  });

  it('says what failed', async () => {
    const closed = createTcpServer();
    const port = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    const allowing = dialer({ allowAddresses: ['127.0.0.0/8'] });
    await assert.rejects(
      allowing.dial({ host: '127.0.0.1', port }, { secure: true, alpn: [] }),
      coded('CONNECT_FAILED', /cannot connect to 127\.0\.0\.1:\d+: the connection was refused/),
    );
    await assert.rejects(
      allowing.dial({ host: 'nowhere.test', port }, { secure: true, alpn: [] }),
      coded('RESOLVE_FAILED', /nowhere\.test/),
    );
    const silent = await listen(createTcpServer(() => {}));
    const hurried = dialer({ allowAddresses: ['127.0.0.0/8'], connectTimeoutMs: 1_000 });
    await assert.rejects(
      hurried.dial({ host: '127.0.0.1', port: silent }, { secure: true, alpn: [] }),
      coded('UPSTREAM_TIMEOUT', /handshake/),
    );
  });
});

describe('the dialer refuses', () => {
  it('a name when any of its addresses is not public, before it connects to one (A10)', async () => {
    let connections = 0;
    const port = await listen(createTcpServer(() => (connections += 1)));
    const mixes = [
      ['127.0.0.1', '10.0.0.1'],
      ['10.0.0.1', '127.0.0.1'],
      ['127.0.0.1', '::ffff:10.0.0.1'],
      ['127.0.0.1', 'fd00:ec2::254'],
    ];
    for (const addresses of mixes) {
      const mixed = dialer({ allowAddresses: ['127.0.0.0/8'], names: { 'a.test': addresses } });
      await assert.rejects(mixed.dial({ host: 'a.test', port }, { secure: false, alpn: [] }), coded('ADDRESS_DENIED', /./));
    }
    assert.equal(connections, 0);
  });

  it('a name whose answer changes to a private address between two connections (A11)', async () => {
    const port = await listen(createTcpServer(() => {}));
    const answers = ['127.0.0.1', '10.0.0.1'];
    const lookup: Lookup = () => Promise.resolve([{ address: answers.shift() ?? '10.0.0.1', family: 4 }]);
    const rebound = createDialer({
      resolver: createResolver({ hosts: {}, lookup }),
      guard: createAddressGuard({ allowAddresses: ['127.0.0.0/8'], own: [] }),
      trust,
      parentProxy: null,
      connectTimeoutMs: 60_000,
    });
    (await rebound.dial({ host: 'a.test', port }, { secure: false, alpn: [] })).socket.destroy();
    assert.equal(answers.length, 1, 'one look-up a connection');
    await assert.rejects(
      rebound.dial({ host: 'a.test', port }, { secure: false, alpn: [] }),
      coded('ADDRESS_DENIED', /10\.0\.0\.1/),
    );
  });

  it('loopback, metadata and our own listener', async () => {
    const port = await listen(createTcpServer(() => {}));
    await assert.rejects(
      dialer({}).dial({ host: '127.0.0.1', port }, { secure: false, alpn: [] }),
      coded('ADDRESS_DENIED', /loopback.*upstream\.allowAddresses/),
    );
    await assert.rejects(
      dialer({}).dial({ host: 'metadata.google.internal', port: 80 }, { secure: false, alpn: [] }),
      coded('ADDRESS_DENIED', /metadata/),
    );
    const own = [{ host: '127.0.0.1', port }];
    const pinned = dialer({ own, hosts: { 'a.test': { host: '127.0.0.1', port } } });
    await assert.rejects(
      pinned.dial({ host: 'a.test', port: 443 }, { secure: false, alpn: [] }),
      coded('ADDRESS_DENIED', /own listeners/),
    );
  });
});
