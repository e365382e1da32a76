// What a request is when nobody knows more of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasAmbiguousPath, isPlainRead, readAction, websocketAction, writeAction } from '../../src/classify/plain-action.ts';
import { fixtureRequest } from '../support/fixture-request.ts';

function view(text: string): ReturnType<typeof fixtureRequest>['view'] {
  return fixtureRequest(Buffer.from(text.replaceAll('\n', '\r\n'))).view;
}

test('a read is GET, HEAD or OPTIONS with nothing that could make it a write', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    assert.ok(isPlainRead(view(`${method} / HTTP/1.1\nHost: a.example\n\n`)), method);
  for (const text of [
    'POST / HTTP/1.1\nHost: a.example\n\n',
    'QUERY / HTTP/1.1\nHost: a.example\n\n',
    'GET / HTTP/1.1\nHost: a.example\n\nbody',
    'GET / HTTP/1.1\nHost: a.example\nX-HTTP-Method: PUT\n\n',
    'GET /?_method=GET HTTP/1.1\nHost: a.example\n\n',
  ]) {
    assert.ok(!isPlainRead(view(text)), text);
  }
});

test('the resource is the host in its domains, with a port that is not the usual one', () => {
  const action = writeAction(view('POST /x?y=1 HTTP/1.1\nHost: API.a.example:8443\n\n'));
  assert.deepEqual(action, {
    name: 'http.write',
    resource: { type: 'Host', id: 'api.a.example:8443' },
    parents: [
      { type: 'Domain', id: 'api.a.example' },
      { type: 'Domain', id: 'a.example' },
    ],
    facts: { host: 'api.a.example', method: 'POST', path: '/x', inspected: true },
  });
  assert.equal(readAction(view('GET / HTTP/1.1\nHost: a.example\n\n')).name, 'http.read');
});

test('an upgrade tells its protocol', () => {
  const action = websocketAction(view('GET / HTTP/1.1\nHost: a.example\nConnection: upgrade\nUpgrade: websocket\n\n'));
  assert.deepEqual([action.name, action.facts['protocol']], ['websocket.open', 'websocket']);
});

test('an encoded slash makes a path ambiguous for an API that needs none', () => {
  assert.ok(hasAmbiguousPath(view('POST /v1%2Frefunds HTTP/1.1\nHost: a.example\n\n')));
  assert.ok(hasAmbiguousPath(view('POST //v1/refunds HTTP/1.1\nHost: a.example\n\n')));
  assert.ok(!hasAmbiguousPath(view('POST /v1/refunds HTTP/1.1\nHost: a.example\n\n')));
});
