// Interlock's own calls: over the dialer, whatever the host's proxy variables say, redirects not followed, answers bounded.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createOwnFetch } from '../../src/forward/own-fetch.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { sendJson, startOrigin } from '../support/origin.ts';

const dialed: unknown[] = [];
const call = createOwnFetch({
  dial: async (authority, options) => {
    dialed.push([authority.host, options.secure]);
    return { socket: connect({ host: '127.0.0.1', port: authority.port }), protocol: null, address: '127.0.0.1' };
  },
});

test('sends the body and headers and gives the answer', async () => {
  await using origin = await startOrigin({
    leaf: null,
    answer: (_q, s) => sendJson(s, 429, { ok: false }, { 'retry-after': '7' }),
  });
  const answer = await call(`http://api.e2e.test:${origin.port}/x?y`, { method: 'POST', headers: { a: 'b' }, body: 'é' });
  assert.deepEqual([answer.status, answer.headers.get('retry-after'), await answer.json()], [429, '7', { ok: false }]);
  const [seen] = origin.received;
  assert.deepEqual([seen?.method, seen?.target, seen?.get('a'), (await seen?.body())?.toString()], ['POST', '/x?y', 'b', 'é']);
  assert.equal(seen?.get('host'), `api.e2e.test:${origin.port}`);
  assert.deepEqual(dialed, [['api.e2e.test', false]]);
});

test('a redirect is an answer like any other, so that a token goes nowhere else', async () => {
  await using origin = await startOrigin({
    leaf: null,
    answer: (_q, s) => sendJson(s, 307, {}, { location: `http://other.e2e.test:1/` }),
  });
  assert.equal((await call(`http://127.0.0.1:${origin.port}/`)).status, 307);
  assert.equal(origin.received.length, 1);
});

test('an endless answer, one that is cut off and one that never comes end', async () => {
  await using origin = await startOrigin({
    leaf: null,
    answer(request, response) {
      if (request.url === '/large') return sendJson(response, 200, 'x'.repeat(1_100_000));
      if (request.url === '/cut') return void response.socket?.destroy();
      return undefined;
    },
  });
  const at = (path: string) => `http://127.0.0.1:${origin.port}${path}`;
  await throwsWithCode('UPSTREAM_PROTOCOL', () => call(at('/large')));
  await assert.rejects(call(at('/cut')));
  await assert.rejects(call(at('/never'), { signal: AbortSignal.timeout(100) }), { name: 'TimeoutError' });
});

test('only text to http and https', async () => {
  await throwsWithCode('UPSTREAM_PROTOCOL', () => call('ftp://x.example/'));
  await throwsWithCode('UPSTREAM_PROTOCOL', () => call('http://x.example/', { method: 'POST', body: new Uint8Array(1) }));
});
