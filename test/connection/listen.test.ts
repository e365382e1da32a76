// Binding: the port that was really had, and a refusal that names the remedy.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { listen, urlOf } from '../../src/connection/listen.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

test('a port that is taken is told with its address and what to do', async (t) => {
  const first = createServer();
  t.after(() => first.close());
  const bound = await listen(first, { host: '127.0.0.1', port: 0 });
  assert.ok(bound.port > 0);
  const { message, hint } = await throwsWithCode('CONFIG_INVALID', () => listen(createServer(), bound));
  assert.equal(message, `can not listen on 127.0.0.1:${bound.port}: the port is taken`);
  assert.match(String(hint), /proxy\.listen or console\.listen/);
});

test('an address of another machine is refused as one', async () => {
  const { message, hint } = await throwsWithCode('CONFIG_INVALID', () => listen(createServer(), { host: '192.0.2.1', port: 0 }));
  assert.match(message, /can not listen on 192\.0\.2\.1:0: .*EADDRNOTAVAIL/);
  assert.match(String(hint), /set another/);
});

test('the URL tells whether tokens are sent in the clear', () => {
  assert.equal(urlOf({ tls: null }, { host: '127.0.0.1', port: 1 }), 'http://127.0.0.1:1');
  assert.equal(urlOf({ tls: { cert: 'c', key: 'k' } }, { host: '::1', port: 1 }), 'https://[::1]:1');
});
