// Upstash: a command in the path writes by GET as by POST, and what its documentation does not have is unread (E2).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/classify/registry.ts';
import { requestView } from '../../support/request-view.ts';

function told(method: string, target: string, text = '', host = 'eu1-shop.upstash.io', headers: readonly string[] = []): string {
  const request = requestView(method, target, { host, headers, hasBody: text !== '' });
  const { actions } = recognise(request).classify({ bytes: Buffer.from(text), problem: null });
  return actions.map(({ name, facts }) => (facts['inspected'] === true ? name : `${name}?`)).join();
}

test('a command is the same by every method that is taken, and unread by any other', () => {
  for (const method of ['GET', 'POST', 'PUT']) assert.equal(told(method, '/del/a'), 'database.delete', method);
  for (const method of ['DELETE', 'PATCH', 'PURGE']) assert.equal(told(method, '/get/a'), 'database.unknown-write?', method);
});

test('a body is read whatever the method, also where a browser only asks', () => {
  assert.equal(told('GET', '/', '["DEL","a"]'), 'database.delete');
  assert.equal(told('OPTIONS', '/', '["DEL","a"]'), 'database.unknown-write?');
  assert.equal(told('OPTIONS', '/get/a'), 'http.read');
});

test('a list of commands is at its own path and at none below', () => {
  assert.equal(told('POST', '/pipeline', '[["GET","a"]]'), 'database.read');
  assert.equal(told('POST', '/pipeline/a', '[["GET","a"]]'), 'database.unknown-write?');
});

test('of the other products on the domain only plain reads are reads', () => {
  const other = 'qstash.upstash.io';
  assert.equal(told('GET', '/v2/messages', '', other), 'http.read');
  assert.equal(told('GET', '/v2/messages', 'x', other), 'database.unknown-write');
  const claimed = told('GET', '/v2/messages', '', other, ['X-HTTP-Method-Override', 'DELETE']);
  assert.equal(claimed, 'database.unknown-write,database.unknown-write');
  assert.equal(told('PURGE', '/v2/messages', '', other), 'database.unknown-write');
});
