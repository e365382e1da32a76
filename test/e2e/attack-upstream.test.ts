// A hostile upstream: answers that break HTTP, say more than was asked, or never end. The agent gets an error, never another's answer.

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, describe, it } from 'node:test';
import { curl } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startRawOrigin } from '../support/raw-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const ANSWERS: Readonly<Record<string, string | Buffer>> = {
  '/ok': OK,
  '/switch': 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\nfree bytes',
  '/both':
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned',
  '/lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 8\r\n\r\nokpoison',
  '/extra': `${OK}HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned`,
  '/status-999': 'HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok',
  '/status-000': 'HTTP/1.1 000 Odd\r\nContent-Length: 2\r\n\r\nok',
  '/no-http': 'SSH-2.0-OpenSSH_9.9\r\n\r\n',
  '/http-0-9': '<html>hello</html>\r\n\r\n',
  '/bad-name': 'HTTP/1.1 200 OK\r\nBad Name: x\r\nContent-Length: 2\r\n\r\nok',
  '/nul': 'HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok',
  '/huge-head': `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(400_000)}\r\nContent-Length: 2\r\n\r\nok`,
  '/bad-chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\nrest\r\n0\r\n\r\n',
  '/interim-flood': 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(5000),
  '/challenge':
    'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="steal"\r\nContent-Length: 0\r\n\r\n',
};

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(
  await startRawOrigin(await ca.issue(['raw.e2e.test']), (head, socket) => {
    const path = / (\S+) /.exec(head)?.[1] ?? '';
    if (path === '/cut') {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this');
      return null;
    }
    if (path === '/hang-up') {
      socket.destroy();
      return null;
    }
    return ANSWERS[path] ?? OK;
  }),
);
const interlock = stack.use(
  await startInterlock({ warm: true, caFiles: [ca.certFile], hosts: { 'raw.e2e.test': origin.address } }),
);
const agent = await interlock.addAgent('victim', { teams: ['engineering'] });

describe('an upstream that breaks HTTP', () => {
  for (const client of ['--http1.1', '--http2']) {
    for (const path of [
      '/switch',
      '/both',
      '/lengths',
      '/status-000',
      '/no-http',
      '/http-0-9',
      '/bad-name',
      '/nul',
      '/huge-head',
      '/hang-up',
      '/challenge',
    ]) {
      it(`${path} is a 502 to curl ${client}`, async () => {
        const answer = await curl(agent, [client, `https://raw.e2e.test${path}`, '--max-time', '30']);
        assert.equal(answer.status, 502, `${answer.status} ${answer.body} ${answer.stderr}`);
        assert.doesNotMatch(answer.body, /poison|free bytes|steal/);
      });
    }

    for (const path of ['/bad-chunk', '/cut']) {
      it(`${path} never looks complete to curl ${client}`, async () => {
        const answer = await curl(agent, [client, `https://raw.e2e.test${path}`, '--max-time', '30']);
        assert.ok(answer.code !== 0 || answer.status === 502, `${answer.code} ${answer.status} ${answer.body}`);
        assert.notEqual(answer.code, 28, 'it was left waiting');
      });
    }
  }

  it('a status that nobody knows is passed on or refused, and ends nothing', async () => {
    const answer = await curl(agent, ['https://raw.e2e.test/status-999']);
    assert.ok([999, 502].includes(answer.status), String(answer.status));
  });

  it('a flood of interim responses is cut off', async () => {
    const answer = await curl(agent, ['https://raw.e2e.test/interim-flood', '--max-time', '30']);
    assert.ok(answer.status === 502 || answer.code !== 0, `${answer.status} ${answer.code}`);
    assert.notEqual(answer.code, 28, 'it was left waiting');
  });
});

describe('an upstream that says more than was asked', () => {
  it('cannot answer the next request on the same connection', async () => {
    for (let i = 0; i < 5; i += 1) {
      const first = await curl(agent, ['https://raw.e2e.test/extra']);
      assert.ok(first.status === 502 || first.body === 'ok', first.body);
      await delay(20);
      assert.equal((await curl(agent, ['https://raw.e2e.test/ok'])).body, 'ok');
    }
  });
});

it('the gateway lives, and its chain holds', async () => {
  assert.equal(interlock.gateway.exitCode(), null, interlock.gateway.log().slice(-2000));
  assert.equal((await interlock.verify()).ok, true);
});
