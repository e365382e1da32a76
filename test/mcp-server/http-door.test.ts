// Sessions over HTTP are bounded: the one that is idle makes room, those in use do not, and what is none opens none.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, test } from 'node:test';
import { createTools } from '../../src/mcp-server/tools.ts';
import { type HttpDoor, serveHttp } from '../../src/mcp-server/http-door.ts';

const unasked = (): Promise<never> => Promise.reject(new Error('nothing is asked here'));
const tools = () =>
  createTools({
    evaluate: unasked,
    searchActions: unasked,
    ticket: unasked,
    submitPlan: unasked,
    plan: unasked,
    endPlan: unasked,
  });
const at = { host: '127.0.0.1', port: 0 };
const HELLO = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};
const PING = { jsonrpc: '2.0', id: 2, method: 'ping' };

interface Answer {
  readonly status: number;
  readonly session: string;
  readonly end: () => void;
}

function send(door: HttpDoor, method: string, session: string | null, message?: object, path = '/mcp'): Promise<Answer> {
  const headers = {
    'content-type': 'application/json',
    accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
    ...(session === null ? {} : { 'mcp-session-id': session }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, door.url), { method, headers }, (response) => {
      const answer = {
        status: response.statusCode ?? 0,
        session: String(response.headers['mcp-session-id'] ?? ''),
        end: () => response.destroy(),
      };
      if (method === 'GET' && answer.status === 200) return resolve(answer);
      response.resume().on('end', () => resolve(answer));
    });
    sent.on('error', reject);
    sent.end(message === undefined ? undefined : JSON.stringify(message));
  });
}

const door = await serveHttp(at, tools, 2);
after(() => door.close());

test('no more than the bound: idle ones make room, and whoever lost its session is told to begin anew', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const { status, session } = await send(door, 'POST', null, HELLO);
    assert.equal(status, 200);
    ids.push(session);
  }
  const statuses = [];
  for (const id of ids) statuses.push((await send(door, 'POST', id, PING)).status);
  assert.deepEqual(statuses, [404, 200, 200]);
  const streams = [await send(door, 'GET', ids[1] ?? ''), await send(door, 'GET', ids[2] ?? '')];
  assert.deepEqual(
    streams.map(({ status }) => status),
    [200, 200],
  );
  assert.equal((await send(door, 'POST', null, HELLO)).status, 503);
  assert.equal((await send(door, 'DELETE', ids[1] ?? '')).status, 200);
  assert.equal((await send(door, 'POST', ids[1] ?? '', PING)).status, 404);
  assert.equal((await send(door, 'POST', null, HELLO)).status, 200);
  for (const { end } of streams) end();
});

test('what opens no session leaves none behind', async (context) => {
  const other = await serveHttp(at, tools, 1);
  context.after(() => other.close());
  for (let count = 0; count < 3; count += 1) assert.equal((await send(other, 'POST', null, PING)).status, 400);
  assert.equal((await send(other, 'GET', null)).status, 400);
  assert.equal((await send(other, 'POST', '../x', PING)).status, 404);
  assert.equal((await send(other, 'POST', null, HELLO, '/other')).status, 404);
  assert.equal((await send(other, 'POST', null, HELLO)).status, 200);
});
