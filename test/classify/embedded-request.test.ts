// Requests inside requests: the same head rules as for one that comes by itself, and only to the batch's own host.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { embeddedRequest, readEmbeddedRequest } from '../../src/classify/embedded-request.ts';
import { mailRequest } from '../support/mail-request.ts';

const outer = mailRequest('api.example', 'POST /batch').view;
const read = (text: string) => readEmbeddedRequest(outer, Buffer.from(text, 'latin1'));

test('a call is read with its method, target, fields and body', () => {
  for (const text of [
    'POST /a?b=c HTTP/1.1\r\nContent-Type: x/y\r\nX-HTTP-Method-Override: delete\r\nContent-Length: 2\r\n\r\n{}\r\n',
    'POST https://API.example/a?b=c\nContent-Type: x/y\nX-HTTP-Method-Override: delete\nHost: api.example\n\n{}',
  ]) {
    const item = read(text);
    assert.equal(item?.view.method, 'POST');
    assert.deepEqual([item?.view.path, item?.view.query, item?.view.authority.host], ['/a', 'b=c', 'api.example']);
    assert.equal(item?.view.headers.get('content-type'), 'x/y');
    assert.deepEqual(item?.view.claimedMethods, ['DELETE']);
    assert.equal(item?.body.bytes.toString(), '{}');
  }
  const plain = read('GET /a\r\n\r\n\r\n');
  assert.equal(plain?.view.hasBody, false);
  assert.equal(read('GET /a')?.view.path, '/a');
});

test('what some server might read differently is no request', () => {
  for (const text of [
    '',
    'get /a\r\n\r\n',
    'GET  /a\r\n\r\n',
    'GET /a HTTP/2.0\r\n\r\n',
    'GET https://other.example/a\r\n\r\n',
    'GET http://api.example/a\r\n\r\n',
    'GET //a/../b\r\n\r\n',
    'GET /a\r\nHost: other.example\r\n\r\n',
    'GET /a\r\nX: a\r\n b\r\n\r\n',
    'GET /a\r\nX: a\nY: b\r\n\r\n',
    'GET /a\r\nX : a\r\n\r\n',
    'GET /a\r\nX: \u00e9\r\n\r\n',
    'POST /a\r\nTransfer-Encoding: chunked\r\n\r\n0',
    'POST /a\r\nContent-Encoding: gzip\r\n\r\n0',
    'POST /a\r\nContent-Length: 1\r\n\r\n{}',
    'POST /a\r\nContent-Length: 3\r\n\r\n{}',
    'POST /a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}',
    'POST /a\r\nContent-Length: x\r\n\r\n{}',
    `GET /a\r\n${'X: y\r\n'.repeat(101)}\r\n`,
  ])
    assert.equal(read(text), null, JSON.stringify(text));
});

test('parts of a JSON batch make a request, or none', () => {
  assert.equal(embeddedRequest(outer, { method: 'PATCH', target: '/x', rawHeaders: [] }, Buffer.alloc(0))?.view.method, 'PATCH');
  assert.equal(embeddedRequest(outer, { method: 'TRACE', target: '/x', rawHeaders: [] }, Buffer.alloc(0)), null);
});
