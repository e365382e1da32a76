// A hostile agent tries to reach another place than the one that was judged, or to have something carried that nobody read.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { connect as connectHttp2 } from 'node:http2';
import { Duplex } from 'node:stream';
import { curl } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startOrigin } from '../support/origin.ts';
import { openProxy, openTls, openTunnel, proxyAuthorization } from '../support/raw-connection.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const judged = stack.use(await startOrigin({ leaf: await ca.issue(['judged.e2e.test']) }));
const hidden = stack.use(await startOrigin({ leaf: await ca.issue(['hidden.e2e.test', 'judged.e2e.test']) }));
const plain = stack.use(await startOrigin({ leaf: null }));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: {
      'judged.e2e.test': judged.address,
      'hidden.e2e.test': hidden.address,
      'judged.e2e.test:80': plain.address,
      'hidden.e2e.test:80': plain.address,
    },
  }),
);
const agent = await interlock.addAgent('intruder', { teams: ['engineering'] });

describe('CONNECT with an authority that can be read in two ways', () => {
  for (const authority of [
    'judged.e2e.test',
    'judged.e2e.test:',
    'judged.e2e.test:65536',
    'judged.e2e.test:+443',
    'judged.e2e.test:0x1bb',
    'judged.e2e.test:443:443',
    'user@judged.e2e.test:443',
    'judged.e2e.test:443/path',
    'judged.e2e.test:443?q',
    'judged.e2e.test,hidden.e2e.test:443',
    '*.e2e.test:443',
    `${'a'.repeat(64)}.e2e.test:443`,
    'judged..e2e.test:443',
    '[::1',
    '%6audged.e2e.test:443',
    'https://judged.e2e.test:443',
    'judged.e2e.test:443#x',
    '１２７.0.0.1:443',
  ]) {
    it(`refuses ${authority.slice(0, 40)}`, async () => {
      const before = judged.connections + hidden.connections;
      using connection = await openProxy(interlock);
      connection.write(`CONNECT ${authority} HTTP/1.1\r\nHost: judged.e2e.test:443\r\n${proxyAuthorization(agent)}\r\n`);
      const answer = await connection.answer();
      assert.ok(answer.status >= 400 || answer.status === 0, answer.head);
      assert.equal(judged.connections + hidden.connections, before);
    });
  }
});

describe('one host is judged, another is meant', () => {
  it('SNI: nothing is sent to the name of the ClientHello', async () => {
    let answer = { status: 0 };
    try {
      using connection = await openTls(interlock, agent, 'judged.e2e.test:443', { servername: 'hidden.e2e.test' });
      connection.write('GET /sni HTTP/1.1\r\nHost: judged.e2e.test\r\n\r\n');
      answer = await connection.answer();
    } catch {
      // A refused handshake is as good.
    }
    assert.ok(answer.status === 0 || answer.status === 421 || answer.status === 403, String(answer.status));
    assert.equal(hidden.of('/sni').length + judged.of('/sni').length, 0);
  });

  for (const [name, line, host] of [
    ['another Host', 'GET /front HTTP/1.1', 'hidden.e2e.test'],
    ['another port in Host', 'GET /front HTTP/1.1', 'judged.e2e.test:8443'],
    ['an absolute target', 'GET https://hidden.e2e.test/front HTTP/1.1', 'judged.e2e.test'],
    ['an absolute target and its Host', 'GET https://hidden.e2e.test/front HTTP/1.1', 'hidden.e2e.test'],
    ['a plain-text target inside TLS', 'GET http://judged.e2e.test/front HTTP/1.1', 'judged.e2e.test'],
  ] as const) {
    it(`${name}, in the first request and in a later one, is refused`, async () => {
      using connection = await openTls(interlock, agent, 'judged.e2e.test:443');
      connection.write('GET /fine HTTP/1.1\r\nHost: judged.e2e.test\r\n\r\n');
      assert.equal((await connection.answer()).status, 200);
      connection.write(`${line}\r\nHost: ${host}\r\n\r\n`);
      const later = await connection.answer();
      assert.ok([0, 400, 403, 421].includes(later.status), later.head);
      using first = await openTls(interlock, agent, 'judged.e2e.test:443');
      first.write(`${line}\r\nHost: ${host}\r\n\r\n`);
      assert.ok([0, 400, 403, 421].includes((await first.answer()).status));
      for (const origin of [judged, hidden, plain]) assert.equal(origin.of('/front').length, 0);
    });
  }

  it('HTTP/2: another :authority, and one that contradicts Host', async () => {
    for (const headers of [{ ':authority': 'hidden.e2e.test' }, { ':authority': 'judged.e2e.test', host: 'hidden.e2e.test' }]) {
      using connection = await openTls(interlock, agent, 'judged.e2e.test:443', { alpn: ['h2'] });
      connection.socket.removeAllListeners('data');
      const { socket } = connection;
      assert.ok(socket instanceof Duplex);
      const session = connectHttp2('https://judged.e2e.test', { createConnection: () => socket });
      session.on('error', () => {});
      const status = await new Promise<number>((resolve) => {
        const stream = session.request({ ':path': '/h2-front', ...headers });
        stream.on('response', (fields) => resolve(Number(fields[':status'])));
        stream.on('error', () => resolve(0));
        stream.on('close', () => resolve(0));
        stream.resume();
        stream.end();
      });
      session.destroy();
      assert.ok([0, 400, 403, 421].includes(status), String(status));
    }
    assert.equal(hidden.of('/h2-front').length + judged.of('/h2-front').length, 0);
  });

  it('absolute-form: the target and not the Host decides, or it is refused', async () => {
    using connection = await openProxy(interlock);
    connection.write(`GET http://judged.e2e.test/absolute HTTP/1.1\r\nHost: hidden.e2e.test\r\n${proxyAuthorization(agent)}\r\n`);
    const answer = await connection.answer();
    for (const one of plain.of('/absolute')) assert.deepEqual(one.all('host'), ['judged.e2e.test']);
    assert.ok([200, 400, 403, 421].includes(answer.status), answer.head);
  });
});

describe('what a proxy must not carry', () => {
  for (const scheme of ['ftp', 'file', 'gopher', 'ws', 'unix', 'javascript']) {
    it(`the scheme ${scheme}`, async () => {
      using connection = await openProxy(interlock);
      connection.write(
        `GET ${scheme}://judged.e2e.test/scheme HTTP/1.1\r\nHost: judged.e2e.test\r\n${proxyAuthorization(agent)}\r\n`,
      );
      assert.ok([0, 400, 403, 501].includes((await connection.answer()).status));
      assert.equal(plain.of('/scheme').length, 0);
    });
  }

  it('origin-form to the listener itself reaches no origin', async () => {
    using connection = await openProxy(interlock);
    connection.write(`GET /origin-form HTTP/1.1\r\nHost: judged.e2e.test\r\n${proxyAuthorization(agent)}\r\n`);
    const answer = await connection.answer();
    assert.ok(answer.status >= 400 || answer.status === 0, answer.head);
    assert.equal(plain.of('/origin-form').length, 0);
  });

  it('TRACE, which would say credentials back', async () => {
    const answer = await curl(agent, ['-X', 'TRACE', 'https://judged.e2e.test/trace']);
    assert.ok([400, 403, 405, 501].includes(answer.status), String(answer.status));
    assert.equal(judged.of('/trace').length, 0);
  });

  it('CONNECT inside CONNECT', async () => {
    using connection = await openTls(interlock, agent, 'judged.e2e.test:443');
    connection.write('CONNECT hidden.e2e.test:443 HTTP/1.1\r\nHost: hidden.e2e.test:443\r\n\r\n');
    assert.ok((await connection.answer()).status !== 200);
  });

  for (const [name, bytes] of [
    ['SSH', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['SMTP', 'EHLO me\r\n'],
    ['Redis', '*1\r\n$4\r\nPING\r\n'],
    ['binary', Buffer.from([0, 1, 2, 3, 255, 254])],
  ] as const) {
    it(`${name} inside CONNECT: closed, recorded as tunnel.open, nothing dialled`, async () => {
      const before = judged.connections;
      using connection = await openTunnel(interlock, agent, 'judged.e2e.test:443');
      connection.write(typeof bytes === 'string' ? bytes : bytes);
      await connection.rest(60_000);
      assert.ok(connection.socket.destroyed || connection.socket.readableEnded);
      assert.equal(judged.connections, before);
      const recorded = (await interlock.bodies('verdict')).findLast((one) =>
        one.actions.some((action) => action.action === 'tunnel.open'),
      );
      assert.equal(recorded?.verdict, 'BLOCK');
    });
  }

  it('h2c: the upgrade is not asked of the origin', async () => {
    using connection = await openTls(interlock, agent, 'judged.e2e.test:443');
    connection.write(
      'GET /h2c HTTP/1.1\r\nHost: judged.e2e.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n',
    );
    const answer = await connection.answer();
    assert.notEqual(answer.status, 101);
    for (const one of judged.of('/h2c')) assert.deepEqual([one.all('upgrade'), one.all('http2-settings')], [[], []]);
  });
});

it('the gateway is still there, and its chain holds', async () => {
  assert.equal(interlock.gateway.exitCode(), null, interlock.gateway.log());
  assert.equal((await interlock.verify()).ok, true);
});
