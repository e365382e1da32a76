// A file that goes out: the resource, its parents, and lengths that may be believed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/classify/registry.ts';
import { declaredBytes, fileAction } from '../../../src/providers/file/file-action.ts';
import { requestView } from '../../support/request-view.ts';

test('a bucket is the resource, in its host and the domains above', () => {
  const request = requestView('PUT', '/k', { host: 'store.example.com' });
  const action = fileAction(request, { verb: 'upload', inspected: true, bucket: 's3/logs', bytes: 5, name: 'k' });
  assert.deepEqual(action.resource, { type: 'Bucket', id: 's3/logs' });
  assert.deepEqual(action.parents[0], { type: 'Host', id: 'store.example.com' });
  assert.deepEqual(action.facts, {
    host: 'store.example.com',
    method: 'PUT',
    path: '/k',
    inspected: true,
    destination: 's3/logs',
    bytes: 5,
    name: 'k',
  });
});

test('without one, the host is where it goes', () => {
  const action = fileAction(requestView('POST', '/', { host: 'drop.example.com' }), { verb: 'upload', inspected: true });
  assert.deepEqual(action.resource, { type: 'Host', id: 'drop.example.com' });
  assert.equal(action.facts['destination'], 'drop.example.com');
});

test('more names than a call may hold are counted, not told', () => {
  const names = Array.from({ length: 1200 }, (_, i) => `k${i}`);
  const { facts } = fileAction(requestView('POST', '/'), { verb: 'delete', inspected: true, names });
  assert.deepEqual([facts['count'], (facts['names'] as readonly string[]).length], [1200, 1000]);
});

test('only one plain length is believed', () => {
  const LENGTH = 'x-amz-decoded-content-length';
  const bytes = (...values: string[]): number | undefined =>
    declaredBytes(requestView('PUT', '/', { headers: values.flatMap((value) => [LENGTH, value]) }), LENGTH);
  assert.equal(bytes('12'), 12);
  assert.equal(declaredBytes(requestView('PUT', '/', { headers: ['Content-Length', '12'] })), 12);
  for (const values of [[], ['1e3'], ['1', '2'], ['-1'], ['9'.repeat(16)]]) assert.equal(bytes(...values), undefined);
});

test('a deletion at Dropbox is told by its whole name', () => {
  const nameOf = (path: string) =>
    recognise(requestView('POST', path, { host: 'api.dropboxapi.com', headers: ['Content-Type', 'application/json'] })).classify({
      bytes: Buffer.from('{"path":"/a"}'),
      problem: null,
    }).actions[0]?.name;
  assert.deepEqual(['/2/files/delete_v2', '/2/files/delete_batch', '/2/files/delete_v2x', '/2/files/deleted'].map(nameOf), [
    'file.delete',
    'file.delete',
    'file.unknown-write',
    'file.unknown-write',
  ]);
});
