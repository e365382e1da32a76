// One ticket in full: its time left, its held body as harmless text, its moves, and an answer that waits for the next one.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openHeldBodies } from '../../src/approve/held-body.ts';
import { movesIn } from '../../src/serve/ticket-moves.ts';
import { shownBody } from '../../src/serve/shown-body.ts';
import { FINANCE, parkRequest } from '../support/approval-desk.ts';
import { consoleDesk } from '../support/console-desk.ts';

interface View {
  readonly id: string;
  readonly state: string;
  readonly mayDecide: boolean;
  readonly secondsLeft: number;
  readonly body: { readonly text: string; readonly truncated: boolean; readonly bytes: number } | null;
  readonly denial: string | null;
}

test('tickets come by the time left, what waits first, and say what the caller may do', async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const done = await desk.book.open(parkRequest({ binding: 'a'.repeat(64) }));
  await desk.book.deny(done.id, { user: 'fay' }, 'api');
  const first = await desk.book.open(parkRequest());
  const second = await desk.book.open(parkRequest({ binding: 'c'.repeat(64) }));
  const listed: View[] = (await console.askAs(desk.tokens.fay, 'GET', '/v1/tickets')).read();
  assert.deepEqual(
    listed
      .map(({ id }) => id)
      .slice(0, 2)
      .sort(),
    [first.id, second.id].sort(),
  );
  assert.deepEqual(
    listed.map(({ mayDecide, secondsLeft }) => [mayDecide, secondsLeft > 3_500]),
    [
      [true, true],
      [true, true],
      [false, false],
    ],
  );
  const asked: View[] = (await console.askAs(desk.tokens.ada, 'GET', '/v1/tickets?state=pending')).read();
  assert.deepEqual(
    asked.map(({ mayDecide }) => mayDecide),
    [false, false],
  );
});

test('the held body is for who may decide, and nobody else', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-view-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const bodies = await openHeldBodies({ dataDir: folder });
  await using console = await consoleDesk({ bodies });
  const ticket = await console.desk.book.open(parkRequest({ waits: [FINANCE] }));
  await bodies.keepBody(ticket.id, Buffer.from('{"amount":\n5}\u202e'));
  const view = async (token: string): Promise<View> => (await console.askAs(token, 'GET', `/v1/tickets/${ticket.id}`)).read();
  assert.deepEqual((await view(console.desk.tokens.fay)).body, { text: '{"amount":\n5}\\u{202e}', truncated: false, bytes: 16 });
  assert.equal((await view(console.desk.tokens.ada)).body, null);
});

test('a body is shown cut, and with every control and broken byte made visible', () => {
  assert.deepEqual(shownBody(Buffer.from('a\tb\r\n\u001b[2J \\ é')), {
    text: 'a\tb\\u{d}\n\\u{1b}[2J \\\\ é',
    truncated: false,
    bytes: 14,
  });
  assert.match(shownBody(Buffer.from([0xff, 0x00, 0x41])).text, /^\ufffd\\u\{0\}A$/);
  const long = shownBody(Buffer.alloc(100_000, 'x'));
  assert.deepEqual([long.text.length, long.truncated, long.bytes], [65_536, true, 100_000]);
});

test('a long poll answers with what the next move made of it', async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const ticket = await desk.book.open(parkRequest());
  const polled = console.askAs(desk.tokens.fay, 'GET', `/v1/tickets/${ticket.id}?waitSeconds=30`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const reason = 'Not this week,\u202e\nask again';
  const denied = await console.askAs(desk.tokens.fay, 'POST', `/v1/tickets/${ticket.id}/deny`, JSON.stringify({ reason }));
  const view: View = (await polled).read();
  assert.deepEqual([view.state, view.denial], ['denied', 'Not this week,\\u{202e}\\u{a}ask again']);
  const answered: View = denied.read();
  assert.equal(answered.denial, view.denial);
  const told = desk.ledger.bodies('ticket').find((body) => body.move === 'denied');
  assert.deepEqual([told?.note, told?.by], [view.denial, 'fay']);
  for (const wait of ['-1', '61', 'x', '1&waitSeconds=2'])
    assert.equal((await console.askAs(desk.tokens.fay, 'GET', `/v1/tickets/${ticket.id}?waitSeconds=${wait}`)).status, 400, wait);
});

test('moves are told in order, with who, how and when', async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const ticket = await desk.book.open(parkRequest());
  await desk.book.deny(ticket.id, { user: 'fay' }, 'console', 'no');
  const moves = movesIn(await desk.ledger.tail(10));
  assert.deepEqual(
    moves.map(({ move, by, channel, note }) => [move, by, channel, note]),
    [
      ['opened', null, 'proxy', 'large refund'],
      ['denied', 'fay', 'console', 'no'],
    ],
  );
});

test('an edit or a scope that the ticket does not offer approves nothing', async () => {
  await using console = await consoleDesk();
  const ticket = await console.desk.book.open(parkRequest());
  for (const [body, status] of [
    ['{"edit":"drop-external"}', 409],
    ['{"scope":true}', 409],
    ['{"colour":"red"}', 400],
  ] as const) {
    const answer = await console.askAs(console.desk.tokens.fay, 'POST', `/v1/tickets/${ticket.id}/approve`, body);
    assert.equal(answer.status, status, body);
  }
  assert.equal(console.desk.book.get(ticket.id)?.state, 'pending');
});
