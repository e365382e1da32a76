// Host patterns: exact names first, then the longest suffix, then any host.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostIndex } from '../../src/classify/host-index.ts';
import { fakeProvider } from '../support/fake-provider.ts';

const index = hostIndex([
  fakeProvider('any', ['*']),
  fakeProvider('suffix', ['*.stripe.com']),
  fakeProvider('deep', ['*.eu.stripe.com']),
  fakeProvider('exact', ['api.stripe.com', '*.stripe.com']),
]);

function names(host: string): string[] {
  return index(host).candidates.map((provider) => provider.name);
}

test('order and reach of the patterns', () => {
  assert.deepEqual(names('api.stripe.com'), ['exact', 'suffix', 'any']);
  assert.deepEqual(names('x.stripe.com'), ['suffix', 'exact', 'any']);
  assert.deepEqual(names('a.eu.stripe.com'), ['deep', 'suffix', 'exact', 'any']);
  for (const host of [
    'stripe.com',
    'evilstripe.com',
    'api.stripe.com.evil.example',
    'api-stripe.com',
    'com',
    '10.0.0.1',
    '::1',
  ]) {
    assert.deepEqual(names(host), ['any'], host);
  }
});

test('only an exact name makes a provider speak for plain reads', () => {
  assert.equal(index('api.stripe.com').named?.name, 'exact');
  assert.equal(index('x.stripe.com').named, null);
  assert.equal(index('other.example').named, null);
});
