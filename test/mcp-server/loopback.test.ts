// Which addresses MCP may be served at, and whose requests are answered there.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostAndPort, loopbackAddress, loopbackProblem } from '../../src/mcp-server/loopback.ts';

test('only written-out addresses of this machine', () => {
  assert.deepEqual(loopbackAddress('127.0.0.1:7800'), { host: '127.0.0.1', port: 7800 });
  assert.deepEqual(loopbackAddress('127.0.0.2:0'), { host: '127.0.0.2', port: 0 });
  assert.deepEqual(loopbackAddress('[::1]:7800'), { host: '::1', port: 7800 });
  assert.equal(hostAndPort({ host: '::1', port: 1 }), '[::1]:1');
  for (const other of [
    '0.0.0.0:1',
    'localhost:1',
    '[::]:1',
    '10.0.0.1:1',
    '127.0.0.1',
    ':1',
    '127.0.0.999:1',
    '127.0.0.1:65536',
    '',
  ])
    assert.equal(loopbackAddress(other), null, other);
});

test('a web page is refused, by its Origin and by the name that it pointed here', () => {
  const at = { host: '127.0.0.1', port: 7800 };
  const problem = (headers: Record<string, string[]>) => loopbackProblem({ headersDistinct: headers }, at);
  const host = ['127.0.0.1:7800'];
  for (const fine of [
    { host },
    { host: ['LOCALHOST:7800'] },
    { host, origin: ['http://127.0.0.1:7800'] },
    { host, 'sec-fetch-site': ['none'] },
  ])
    assert.equal(problem(fine), null);
  for (const refused of [
    {},
    { host: ['127.0.0.1'] },
    { host: ['127.0.0.1:7801'] },
    { host: ['evil.test:7800'] },
    { host: ['127.0.0.1:7800', 'evil.test'] },
    { host, origin: ['null'] },
    { host, origin: ['http://evil.test'] },
    { host, origin: ['http://localhost:7800'] },
    { host, origin: ['http://127.0.0.1:7800', 'http://evil.test'] },
    { host, 'sec-fetch-site': ['cross-site'] },
    { host, 'sec-fetch-site': ['same-site'] },
  ])
    assert.notEqual(problem(refused), null, JSON.stringify(refused));
});
