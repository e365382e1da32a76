// The id of a Host resource, and the domains it lies in.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostDomains, hostResource } from '../../src/classify/base-facts.ts';
import { requestView } from '../support/request-view.ts';

test('only TLS at port 443 is the bare host: clear text and other ports are other resources', () => {
  const id = (scheme: 'http' | 'https', port: number): string =>
    hostResource({ ...requestView('GET', '/'), scheme, authority: { host: 'api.example.com', port } }).id;
  assert.equal(id('https', 443), 'api.example.com');
  assert.equal(id('https', 8443), 'api.example.com:8443');
  assert.equal(id('http', 80), 'api.example.com:80');
  assert.equal(id('http', 443), 'api.example.com:443');
});

test('a name lies in every domain above it, an address in none', () => {
  assert.deepEqual(
    hostDomains('a.b.example.com').map((domain) => domain.id),
    ['a.b.example.com', 'b.example.com', 'example.com'],
  );
  assert.deepEqual(hostDomains('192.0.2.1'), []);
  assert.deepEqual(hostDomains('2001:db8::1'), []);
});
