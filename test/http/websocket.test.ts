import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderList } from '../../src/http/headers.ts';
import { checkSwitch, handshakeFields } from '../../src/http/websocket.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='; // RFC 6455 §1.3
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
const request = new HeaderList([
  'Sec-WebSocket-Key',
  KEY,
  'Sec-WebSocket-Version',
  '13',
  'Sec-WebSocket-Extensions',
  'permessage-deflate',
]);

test('extensions are not negotiated', () => {
  assert.equal(handshakeFields(request).has('sec-websocket-extensions'), false);
});

test('a handshake needs one key and version 13', () => {
  for (const raw of [
    [],
    ['Sec-WebSocket-Key', KEY],
    ['Sec-WebSocket-Key', 'short', 'Sec-WebSocket-Version', '13'],
    [...request.raw, 'Sec-WebSocket-Key', KEY],
  ]) {
    assert.throws(() => handshakeFields(new HeaderList(raw)), { code: 'REQUEST_MALFORMED' });
  }
});

test('a 101 must prove that it answers this handshake', () => {
  checkSwitch(request.raw, ['Upgrade', 'websocket', 'Sec-WebSocket-Accept', ACCEPT]);
  for (const response of [
    [],
    ['Upgrade', 'websocket'],
    ['Upgrade', 'websocket', 'Sec-WebSocket-Accept', 'x'],
    ['Upgrade', 'h2c', 'Sec-WebSocket-Accept', ACCEPT],
    ['Upgrade', 'websocket', 'Sec-WebSocket-Accept', ACCEPT, 'Sec-WebSocket-Extensions', 'permessage-deflate'],
  ]) {
    assert.throws(() => checkSwitch(request.raw, response), { code: 'UPSTREAM_PROTOCOL' });
  }
});
