// Buckets: nobody's bucket becomes another's by its host, its name or the way its path is written.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { awsHead } from '../../../src/classify/aws-call.ts';
import { type ObjectPlace, s3Place } from '../../../src/providers/file/object-place.ts';
import { requestView } from '../../support/request-view.ts';

const SIGNED = [
  'Authorization',
  'AWS4-HMAC-SHA256 Credential=A/20261101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
];

function place(host: string, target: string): ObjectPlace {
  const request = requestView('PUT', target, { host, headers: SIGNED });
  const head = awsHead(request);
  assert.ok(head);
  return s3Place(request, head);
}

test('the host names the bucket, or the path does', () => {
  assert.deepEqual(place('logs.s3.us-east-1.amazonaws.com', '/a/b'), { bucket: 's3/logs', key: 'a/b', sure: true });
  assert.deepEqual(place('s3.us-east-1.amazonaws.com', '/logs/a/b'), { bucket: 's3/logs', key: 'a/b', sure: true });
});

test('an access point is no bucket of the same name', () => {
  const { bucket } = place('logs-123456789012.s3-accesspoint.us-east-1.amazonaws.com', '/a');
  assert.equal(bucket, 's3-accesspoint/logs-123456789012');
});

test('a bucket of another store keeps its host, and its port', () => {
  assert.equal(place('store.example.com', '/logs/a').bucket, 'store.example.com/logs');
  assert.equal(place('store.example.com:9000', '/logs/a').bucket, 'store.example.com:9000/logs');
});

for (const target of ['/logs%2Fa', '//logs/a', '/%FFlogs/a', '/l%6Fgs%2F..%2Fb/a'])
  test(`${target} names no bucket surely`, () => {
    const found = place('s3.us-east-1.amazonaws.com', target);
    assert.ok(found.bucket === undefined || !found.sure, JSON.stringify(found));
  });

test('slashes in a row are two keys at AWS, and unsure where a server may merge them', () => {
  assert.equal(place('logs.s3.us-east-1.amazonaws.com', '/a//b').sure, true);
  assert.equal(place('store.example.com', '/logs//b').sure, false);
});
