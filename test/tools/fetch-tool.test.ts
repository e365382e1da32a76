// A tool that asks a URL: what the request itself would be.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { did, doneBy } from './tools-fixture.ts';

const GET = 't: { action: http.read, url: url }';
const POST = 't: { action: http.write, url: url }';

test('a call is the request that it would make', () => {
  assert.deepEqual(did(GET, { url: 'HTTPS://Docs.Example.com:8443/a?b=c' }), {
    name: 'http.read',
    resource: { type: 'Host', id: 'docs.example.com:8443' },
    parents: [
      { type: 'Domain', id: 'docs.example.com' },
      { type: 'Domain', id: 'example.com' },
    ],
    facts: { host: 'docs.example.com', method: 'GET', path: '/a', inspected: true },
    readBy: 'b',
  });
  assert.deepEqual(
    [did(POST, { url: 'https://a.example/x' }).name, did(POST, { url: 'http://a.example' }).resource.id],
    ['http.write', 'a.example:80'],
  );
});

test('a GET that acts is what it does (E2)', () => {
  const [action] = doneBy(GET, { url: 'https://api.telegram.org/bot1:x/sendMessage?chat_id=1&text=hi' });
  assert.equal(action?.name, 'message.send');
});

test('a write to an API that is known is one that nobody could read', () => {
  const [action] = doneBy(POST, { url: 'https://api.stripe.com/v1/refunds' });
  assert.deepEqual([action?.name, action?.facts['inspected']], ['payment.refund', false]);
});

test('what readers of URLs differ on is a write to nobody knows where', () => {
  const urls = [
    'ftp://a.example',
    'https://a.example@b.example/',
    'https://a.example\\b',
    'https:///a',
    '//a.example',
    'https://a b/',
    'https://a.example/\u00e4',
    'https://a%2eb/',
    'file:///etc/passwd',
    'https://a.example/ HTTP/1.1\r\nHost: b.example',
    7,
    null,
    'https://a.example/#@b',
  ];
  for (const url of urls) {
    const { name, resource, facts } = did(GET, { url });
    assert.deepEqual([name, resource.id, facts['inspected']], ['http.write', 'unknown', false], String(url));
  }
});
