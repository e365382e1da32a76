// URLs of the proxy: always with a port, credentials escaped, wildcard listeners reached on loopback.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxyAddress, proxyUrlFor } from '../../src/cli/proxy-url.ts';
import { configFile } from '../config/config-file.ts';

test('the port stands there even when it is the usual one', () => {
  assert.equal(proxyUrlFor('http://gateway.example:80', 'a', 't'), 'http://a:t@gateway.example:80');
  assert.equal(proxyUrlFor('https://gateway.example', 'a', 't'), 'https://a:t@gateway.example:443');
  assert.equal(proxyUrlFor('http://[::1]:8080', 'a~s', 't:/@'), 'http://a~s:t%3A%2F%40@[::1]:8080');
});

test('where the configured proxy is, seen from this machine', () => {
  for (const [yaml, url] of [
    ['', 'http://127.0.0.1:8080'],
    ['proxy: { listen: "0.0.0.0:1", plaintext: true }', 'http://127.0.0.1:1'],
    ['proxy: { listen: "[::]:1", tls: { cert: a, key: b } }', 'https://[::1]:1'],
  ] as const) {
    using it = configFile(yaml);
    assert.equal(proxyAddress(it.load()), url);
  }
});
