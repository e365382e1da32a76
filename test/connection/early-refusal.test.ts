// Refusals where there is no exchange yet: whole, readable, and the last thing on the connection.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { proxyAuthorization, writeRefusal } from '../../src/connection/early-refusal.ts';
import { InterlockError } from '../../src/errors.ts';

async function said(error: InterlockError): Promise<{ readonly head: string; readonly body: Buffer }> {
  const [ours, client] = duplexPair();
  writeRefusal(ours, error);
  const all = await buffer(client);
  const end = all.indexOf('\r\n\r\n');
  return { head: all.toString('latin1', 0, end), body: all.subarray(end + 4) };
}

test('every value is seen, also a second one and in another spelling', () => {
  const request = new IncomingMessage(new Socket());
  request.rawHeaders = ['Host', 'x', 'Proxy-Authorization', 'Basic a', 'proxy-authorization', 'Basic b'];
  assert.deepEqual(proxyAuthorization(request), ['Basic a', 'Basic b']);
  assert.deepEqual(proxyAuthorization(new IncomingMessage(new Socket())), []);
});

test('a client that did not say who it is hears how to (RFC 9110 §11.7.1)', async () => {
  const { head, body } = await said(new InterlockError('IDENTITY_REQUIRED', 'who is calling?', { hint: 'set HTTPS_PROXY' }));
  assert.match(
    head,
    /^HTTP\/1\.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="interlock", charset="UTF-8"\r\n/,
  );
  assert.match(head, /\r\nproxy-status: interlock; error=http_request_denied\r\nconnection: close$/);
  assert.equal(body.toString(), 'interlock: who is calling? (set HTTPS_PROXY)\n');
});

test('other refusals do not ask for credentials', async () => {
  const { head, body } = await said(new InterlockError('AUTHORITY_INVALID', 'no such place'));
  assert.match(head, /^HTTP\/1\.1 400 Bad Request\r\n/);
  assert.doesNotMatch(head, /proxy-authenticate/);
  assert.equal(body.toString(), 'interlock: no such place\n');
});

test('the body is as long as its head says, also outside ASCII', async () => {
  const { head, body } = await said(new InterlockError('AUTHORITY_INVALID', 'kein Name: müller'));
  assert.equal(body.toString('utf8'), 'interlock: kein Name: müller\n');
  assert.match(head, new RegExp(`\r\ncontent-length: ${body.length}\r\n`));
});

// Threat A20: the pipelined request after a refused one would otherwise be somebody's.
test('what comes behind a refusal is read away and answered by nothing', async () => {
  const [ours, client] = duplexPair();
  writeRefusal(ours, new InterlockError('REQUEST_MALFORMED', 'no'));
  client.end('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const heard = await buffer(client);
  assert.equal(heard.toString().split('HTTP/1.1').length, 2);
  if (!ours.closed) await once(ours, 'close');
});

test('a client that is gone is not written to', () => {
  const [ours] = duplexPair();
  ours.end();
  writeRefusal(ours, new InterlockError('REQUEST_MALFORMED', 'no'));
  assert.equal(ours.destroyed, true);
});
