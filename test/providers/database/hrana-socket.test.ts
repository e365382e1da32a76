// Hrana on a WebSocket: each message by what it runs, stored texts by their id, and nothing that could stand for two texts.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readersOf } from '../../../src/classify/socket-readers.ts';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import type { SocketReader } from '../../../src/providers/socket-reader.ts';
import { REFUSAL } from '../../support/refusing-origin.ts';
import { requestView } from '../../support/request-view.ts';

function reader(host = 'shop-acme.turso.io', protocol?: string): SocketReader | undefined {
  const headers = protocol === undefined ? [] : ['Sec-WebSocket-Protocol', protocol];
  const found = readersOf(requestView('GET', '/', { host, headers, hasBody: false }));
  assert.ok(found.length <= 1);
  return found[0]?.reader;
}

const text = (value: unknown) => ({ text: true, bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)) });
const ask = (request: object): object => ({ type: 'request', request_id: 7, request: { stream_id: 0, ...request } });
const stored = (sql_id: number, sql: string): object => ask({ type: 'store_sql', sql_id, sql });
const byId = (sql_id: number): object => ask({ type: 'execute', stmt: { sql_id } });
const UNREAD = [['database.unknown-write', false]];
const DELETE = [['database.delete', true]];

function said(socket: SocketReader | undefined, ...messages: unknown[]): unknown {
  const actions = messages.map((message) => socket?.classify(text(message), NOTHING_KNOWN)).at(-1);
  return actions?.map(({ name, facts }) => [name, facts['inspected']]);
}

test('messages are read at Turso, and elsewhere where the handshake offers Hrana', () => {
  assert.ok(reader() !== undefined);
  assert.ok(reader('shop-acme.turso.io', 'hrana2') !== undefined);
  assert.ok(reader('db.example', 'x, Hrana3') !== undefined);
  assert.equal(reader('db.example', 'chat'), undefined);
});

test('what runs is judged by its texts', () => {
  const sql = 'DELETE FROM orders';
  for (const request of [
    { type: 'execute', stmt: { sql } },
    { type: 'batch', batch: { steps: [{ stmt: { sql } }] } },
    { type: 'open_cursor', cursor_id: 1, batch: { steps: [{ stmt: { sql } }] } },
    { type: 'sequence', sql },
  ])
    assert.deepEqual(said(reader(), ask(request)), DELETE);
  assert.deepEqual(said(reader(), ask({ type: 'execute', stmt: { sql: 'SELECT a FROM t' } })), [['database.read', true]]);
});

test('what runs nothing is not judged', () => {
  for (const message of [
    { type: 'hello', jwt: 'x' },
    ask({ type: 'open_stream' }),
    ask({ type: 'fetch_cursor', cursor_id: 1, max_count: 5 }),
    ask({ type: 'get_autocommit' }),
    ask({ type: 'describe', sql: 'SELECT 1' }),
    stored(0, 'DELETE FROM orders'),
    ask({ type: 'close_sql', sql_id: 0 }),
  ])
    assert.deepEqual(said(reader(), message), []);
});

test('a stored text is known by its id on its own connection', () => {
  const socket = reader();
  assert.deepEqual(said(socket, stored(0, 'DELETE FROM orders'), byId(0)), DELETE);
  assert.deepEqual(said(socket, stored(0, 'DELETE FROM orders'), byId(0)), DELETE);
  assert.deepEqual(said(socket, byId(1)), UNREAD);
  assert.deepEqual(said(reader(), byId(0)), UNREAD);
});

test('an id that stood for two texts stands for none, whatever was closed in between', () => {
  const socket = reader();
  said(socket, stored(0, 'SELECT 1'), ask({ type: 'close_sql', sql_id: 0 }), stored(0, 'DELETE FROM orders'));
  assert.deepEqual(said(socket, byId(0)), UNREAD);
  assert.deepEqual(said(socket, stored(0, 'SELECT 1'), byId(0)), UNREAD);
});

test('more texts than are remembered are not read', () => {
  const socket = reader();
  for (let id = 0; id < 1001; id += 1) said(socket, stored(id, 'SELECT 1'));
  assert.deepEqual([said(socket, byId(999)), said(socket, byId(1000))], [[['database.read', true]], UNREAD]);
  assert.deepEqual(said(reader(), stored(0, `SELECT '${'x'.repeat(300_000)}'`), byId(0)), UNREAD);
});

describe('what could be anything', () => {
  for (const message of [
    '{',
    '[]',
    { type: 'Request', request: {} },
    '{"type":"hello","type":"request"}',
    { type: 'hello', Type: 'request' },
    ask({ type: 'explode' }),
    ask({ type: 'execute', stmt: { sql: 'SELECT 1' }, Stmt: { sql: 'DELETE FROM t' } }),
    ask({ type: 'execute', stmt: { sql: 'SELECT 1', sql_id: 0 } }),
    '"request"',
  ])
    test(JSON.stringify(message), () => assert.deepEqual(said(reader(), message), UNREAD));

  test('a binary message', () => {
    const bytes = Buffer.from(JSON.stringify({ type: 'hello' }));
    const [action] = reader()?.classify({ text: false, bytes }, NOTHING_KNOWN) ?? [];
    assert.equal(action?.name, 'database.unknown-write');
  });

  test("PostgreSQL's protocol on Neon's WebSocket", () => {
    const neon = reader('ep-cool-1.us-east-2.aws.neon.tech');
    const message = { text: false, bytes: Buffer.from('Q\0\0\0\x0dSELECT 1\0', 'latin1') };
    const [action] = neon?.classify(message, NOTHING_KNOWN) ?? [];
    assert.deepEqual([action?.name, action?.facts['inspected']], ['database.unknown-write', false]);
    assert.equal(neon?.refuse(message, REFUSAL), null);
  });
});

test("a refusal is the server's own error for that request; what names none ends the connection", () => {
  const answer: unknown = JSON.parse(
    reader()
      ?.refuse(text(byId(0)), REFUSAL)
      ?.toString() ?? '',
  );
  assert.equal(Reflect.get(Object(answer), 'type'), 'response_error');
  assert.match(JSON.stringify(answer), /"request_id":7,"error":\{"message":"Interlock: .*","code":"SQLITE_AUTH"\}/);
  assert.equal(reader()?.refuse(text('{'), REFUSAL), null);
});
