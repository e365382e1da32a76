// A cloud call: its scope as resource, and facts that stay within bounds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cloudAction } from '../../../src/providers/cloud/cloud-action.ts';
import { requestView } from '../../support/request-view.ts';

const request = requestView('POST', '/', { host: 'cloud.example.com' });

test('the narrowest scope is the resource, the wider ones are above it', () => {
  const action = cloudAction(request, { verb: 'delete', provider: 'azure', inspected: true, scopes: ['azure/s/g', 'azure/s'] });
  assert.deepEqual(action.resource, { type: 'CloudScope', id: 'azure/s/g' });
  assert.deepEqual(action.parents.slice(0, 2), [
    { type: 'CloudScope', id: 'azure/s' },
    { type: 'Host', id: 'cloud.example.com' },
  ]);
});

test('a bucket is the resource where one is meant, and the host where nothing is told', () => {
  assert.deepEqual(cloudAction(request, { verb: 'delete', provider: 'aws', inspected: true, bucket: 's3/b' }).resource, {
    type: 'Bucket',
    id: 's3/b',
  });
  assert.deepEqual(cloudAction(request, { verb: 'unknown-write', provider: 'aws', inspected: false }).resource, {
    type: 'Host',
    id: 'cloud.example.com',
  });
});

test('targets are told once each, and bounded', () => {
  const targets = ['i-1', 'i-1', ...Array.from({ length: 600 }, (_, i) => `i-${i}`)];
  const { facts } = cloudAction(request, {
    verb: 'delete',
    provider: 'aws',
    inspected: true,
    targets,
    command: 'x'.repeat(5000),
  });
  assert.deepEqual([facts['targetCount'], (facts['targets'] as readonly string[]).length], [600, 500]);
  assert.equal(String(facts['command']).length, 1000);
});
