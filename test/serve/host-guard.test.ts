// Which names the console answers to, and which pages may not ask.

import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { hostProblem, originProblem } from '../../src/serve/host-guard.ts';

function requestWith(localAddress: string, ...rawHeaders: string[]): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'localAddress', { value: localAddress });
  const request = new IncomingMessage(socket);
  request.rawHeaders = rawHeaders;
  const distinct: NodeJS.Dict<string[]> = {};
  for (let i = 0; i < rawHeaders.length; i += 2) (distinct[rawHeaders[i] ?? ''] ??= []).push(rawHeaders[i + 1] ?? '');
  request.headersDistinct = distinct;
  for (const [name, values] of Object.entries(distinct)) request.headers[name] = values?.[0];
  return request;
}

const names: ReadonlySet<string> = new Set(['console.corp.example']);

test("its own address on this connection, loopback's names, and those given", () => {
  for (const host of [
    'localhost',
    'localhost:8081',
    '127.0.0.1',
    '[::1]:1',
    'console.corp.example',
    'CONSOLE.corp.example.',
    '192.0.2.7',
    '192.0.2.7:8081',
  ]) {
    assert.equal(hostProblem(requestWith('::ffff:192.0.2.7', 'host', host), names), null, host);
  }
});

test('anything else, and none or two, are not', () => {
  for (const host of [
    '',
    'evil.example',
    '192.0.2.8',
    'a b',
    'localhost/',
    'x@localhost',
    'localhost:',
    'localhost:999999',
    '2130706433',
    '[::1',
    '0.0.0.0',
    'localhost\0',
  ]) {
    assert.notEqual(hostProblem(requestWith('192.0.2.7', 'host', host), names), null, host);
  }
  assert.notEqual(hostProblem(requestWith('192.0.2.7'), names), null);
  assert.notEqual(hostProblem(requestWith('192.0.2.7', 'host', 'localhost', 'host', 'localhost'), names), null);
});

test('programs and our own page may ask, other sites may not', () => {
  const asks = (...headers: string[]): boolean =>
    originProblem(requestWith('127.0.0.1', 'host', 'localhost:1', ...headers)) === null;
  assert.equal(asks(), true);
  assert.equal(asks('origin', 'http://localhost:1', 'sec-fetch-site', 'same-origin'), true);
  assert.equal(asks('sec-fetch-site', 'none'), true);
  for (const origin of ['http://localhost:2', 'null', 'http://evil.example', 'http://localhost:1.evil.example'])
    assert.equal(asks('origin', origin), false, origin);
  assert.equal(asks('sec-fetch-site', 'cross-site'), false);
});
