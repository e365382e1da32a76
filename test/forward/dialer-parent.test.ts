// The same guarantees when everything leaves through a parent proxy, as far as they are ours to give.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { coded, dialer, echoes, leaf, listen, tlsEcho, type Setup } from './dialer-setup.ts';

describe('through a parent proxy', () => {
  const seen: string[] = [];

  /** A CONNECT proxy that answers with `head` and then joins the tunnel to `to`, or says `early` itself. */
  async function startParent(
    to: number | null,
    head = 'HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n',
    options: { secure?: true; early?: string } = {},
  ): Promise<number> {
    const serve = (socket: Socket): void => {
      socket.on('error', () => {});
      socket.once('data', (request) => {
        seen.push(request.toString());
        if (to === null) return void socket.write(head + (options.early ?? ''));
        const upstream = connect(to, '127.0.0.1', () => {
          socket.write(head);
          socket.pipe(upstream).pipe(socket);
        });
        upstream.on('error', () => {});
      });
    };
    return listen(
      options.secure === true ? createTlsServer({ key: leaf.keyPem, cert: leaf.certPem }, serve) : createTcpServer(serve),
    );
  }

  const parentAt = (port: number, scheme = 'http'): Setup => ({
    parentProxy: `${scheme}://user:hunter2@localhost:${port}`,
    names: { localhost: ['127.0.0.1'] },
  });

  it('asks for the name, with the credentials, and verifies the target end to end', async () => {
    for (const secure of [undefined, true] as const) {
      const port = await startParent(await tlsEcho(), undefined, secure === undefined ? {} : { secure });
      const dialed = await dialer(parentAt(port, secure ? 'https' : 'http')).dial(
        { host: 'a.test', port: 443 },
        { secure: true, alpn: ['http/1.1'] },
      );
      assert.equal(dialed.protocol, 'http/1.1');
      assert.equal(
        seen.at(-1),
        `CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nProxy-Authorization: Basic ${btoa('user:hunter2')}\r\n\r\n`,
      );
      assert.equal(await echoes(dialed.socket), true);
    }
  });

  it('carries plain TCP, and loses nothing that the target says first', async () => {
    const port = await startParent(null, undefined, { early: 'SSH-2.0-x\r\n' });
    const { socket } = await dialer(parentAt(port)).dial({ host: 'a.test', port: 22 }, { secure: false, alpn: [] });
    const [greeting] = await once(socket, 'data');
    assert.equal(String(greeting), 'SSH-2.0-x\r\n');
    socket.destroy();
  });

  it('still checks literals, pins and metadata names here', async () => {
    const port = await startParent(null);
    const before = seen.length;
    const refused = dialer({ ...parentAt(port), hosts: { 'm.test': { host: '169.254.169.254', port: 80 } } });
    for (const host of ['10.0.0.1', '::1', 'm.test', 'metadata.google.internal']) {
      await assert.rejects(refused.dial({ host, port: 443 }, { secure: false, alpn: [] }), coded('ADDRESS_DENIED', /./));
    }
    assert.equal(seen.length, before);
    const pinned = dialer({ ...parentAt(port), hosts: { 'a.test': { host: '10.0.0.9', port: 8443 } } });
    (await pinned.dial({ host: 'a.test', port: 443 }, { secure: false, alpn: [] })).socket.destroy();
    assert.match(seen.at(-1) ?? '', /^CONNECT 10\.0\.0\.9:8443 /);
  });

  it('never goes through itself', async () => {
    const port = await startParent(null);
    const looping = dialer({ ...parentAt(port), own: [{ host: '127.0.0.1', port }], allowAddresses: ['0.0.0.0/0'] });
    await assert.rejects(
      looping.dial({ host: 'a.test', port: 443 }, { secure: false, alpn: [] }),
      coded('ADDRESS_DENIED', /own listeners/),
    );
  });

  it('says what the parent said, and never the credentials', async () => {
    const cases = [
      ['HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 'CONNECT_FAILED', /localhost:\d+: it wants other credentials/],
      ['HTTP/1.1 403 hunter2\r\n\r\n', 'CONNECT_FAILED', /status 403/],
      ['SSH-2.0-OpenSSH\r\n\r\n', 'CONNECT_FAILED', /not HTTP/],
      ['HTTP/1.1 2000 x\r\n\r\n', 'CONNECT_FAILED', /not HTTP/],
      [`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(20_000)}`, 'CONNECT_FAILED', /16384 bytes/],
      ['HTTP/1.1 200 OK\r\n', 'UPSTREAM_TIMEOUT', /no answer/],
    ] as const;
    for (const [head, code, words] of cases) {
      const connectTimeoutMs = code === 'UPSTREAM_TIMEOUT' ? 150 : 60_000;
      const through = dialer({ ...parentAt(await startParent(null, head)), connectTimeoutMs });
      await assert.rejects(through.dial({ host: 'a.test', port: 443 }, { secure: true, alpn: [] }), coded(code, words));
    }
    const hangsUp = await listen(createTcpServer((socket) => void socket.end()));
    await assert.rejects(
      dialer(parentAt(hangsUp)).dial({ host: 'a.test', port: 443 }, { secure: true, alpn: [] }),
      coded('UPSTREAM_CLOSED', /closed/),
    );
  });

  it('is refused at start when it is no proxy URL, without repeating it', () => {
    for (const parentProxy of [
      'socks5://user:hunter2@p.test:1080',
      'http://user:hunter2@',
      'p.test:8080',
      '',
      'http://user:%zz@hunter2:1',
    ]) {
      assert.throws(() => dialer({ parentProxy }), coded('CONFIG_INVALID', /upstream\.proxy/));
    }
  });
});
