// Telegram: every method answers to GET and POST; what is anything else is no send that policy may allow, and no read (E2).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/classify/registry.ts';
import { requestView } from '../../support/request-view.ts';

function told(method: string, target: string): string {
  const request = requestView(method, target, { host: 'api.telegram.org', hasBody: false });
  const { actions } = recognise(request).classify({ bytes: Buffer.alloc(0), problem: null });
  return actions.map(({ name }) => name).join();
}

const SEND = '/bot1:a/sendMessage?chat_id=1&text=x';

test('a message is one by GET and by POST, in any case', () => {
  for (const method of ['GET', 'POST']) assert.equal(told(method, SEND), 'message.send');
  assert.equal(told('GET', SEND.toLowerCase()), 'message.send');
});

test('by another method, at another path or under another name it is an unknown write', () => {
  for (const method of ['PUT', 'PATCH', 'DELETE', 'PURGE']) assert.equal(told(method, SEND), 'message.unknown-write', method);
  for (const path of [
    '/bot1:a/sendMessage/x',
    '/bot1/sendMessage',
    '/x/sendMessage',
    '//bot1:a/sendMessage',
    '/bot1:a/sendMessage;x',
  ])
    assert.equal(told('POST', path), 'message.unknown-write', path);
});

test('only what is called `get…` is read, by GET, at a path that has one reading', () => {
  assert.equal(told('GET', '/bot1:a/getMe'), 'http.read');
  assert.equal(told('GET', '/file/bot1:a/photos/1.jpg'), 'http.read');
  assert.equal(told('POST', '/bot1:a/getMe'), 'message.unknown-write');
  for (const path of ['/bot1:a/answerCallbackQuery', '/bot1:a/deleteWebhook', '//bot1:a/sendMessage', '/bot1:a//sendMessage'])
    assert.equal(told('GET', path), 'message.unknown-write', path);
});
