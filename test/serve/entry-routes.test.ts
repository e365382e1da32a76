// What operators read: the ledger by page, one entry, one exchange's story, counts, and the house; and who does not read it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeOf, verdictOf } from '../record/sample-bodies.ts';
import { parkRequest } from '../support/approval-desk.ts';
import { type ConsoleDesk, consoleDesk } from '../support/console-desk.ts';

const ROUTES = [
  '/v1/entries',
  '/v1/entries/0',
  '/v1/entries/0/proof',
  '/v1/exchanges/x1',
  '/v1/stats',
  '/v1/agents',
  '/v1/users',
  '/v1/bundle',
  '/v1/shadow',
  '/v1/budgets',
];

/** A console with something in its ledger, and an operator's token. */
async function filled(): Promise<{ readonly console: ConsoleDesk; readonly token: string }> {
  const console = await consoleDesk();
  const { ledger, directory, book } = console.desk;
  const { token } = await directory.addUser('olga', { groups: ['operators'] });
  await directory.addAgent('bot', { teams: ['support'], user: 'ada' });
  ledger.note({ type: 'bundle', move: 'loaded', digest: 'd'.repeat(64), policies: 3, note: '0 warnings\u202e' });
  for (let i = 0; i < 5; i += 1) {
    const { entry } = await ledger.append(
      verdictOf(`x${i}`, { verdict: i === 3 ? 'BLOCK' : 'ALLOW', reason: `mail ${i} \u202e` }),
      'written',
    );
    if (i !== 4) ledger.note(outcomeOf(`x${i}`, entry));
  }
  const ticket = await book.open(parkRequest({ exchange: 'x9' }));
  await ledger.append(verdictOf('x9', { verdict: 'WAIT', ticket: ticket.id }), 'synced');
  await book.deny(ticket.id, { user: 'fay' }, 'api', 'no');
  return { console, token };
}

test('who may not read the console is told so on every route, and an agent is nobody', async () => {
  const { console, token } = await filled();
  await using _ = console;
  const bot = await console.desk.directory.addAgent('other', { teams: [], user: null });
  for (const route of ROUTES) {
    assert.equal((await console.ask('GET', route)).status, 401, route);
    assert.match(String((await console.askAs(bot.token, 'GET', route)).status), /^(401|429)$/, route);
    const refused = await console.askAs(console.desk.tokens.fay, 'GET', route);
    assert.equal(refused.status, 403, route);
    assert.match(refused.text, /console\.read/);
    // The desk of this test proves nothing (proof-routes.test.ts does).
    const answered = route.endsWith('/proof') ? 404 : 200;
    assert.equal((await console.askAs(token, 'GET', route)).status, answered, route);
  }
});

interface Row {
  readonly sequence: number;
  readonly type: string;
  readonly exchange: string | null;
  readonly reason: string;
  readonly status: number | null;
  readonly result: string | null;
}

test('entries by page and by what they tell; outcomes with their verdicts; texts plain', async () => {
  const { console, token } = await filled();
  await using _ = console;
  const rows = async (query: string): Promise<{ entries: Row[]; next: number | null }> =>
    (await console.askAs(token, 'GET', `/v1/entries?${query}`)).read();
  const first = await rows('limit=3');
  assert.equal(first.entries.length, 3);
  const second = await rows(`limit=200&before=${first.next}`);
  assert.ok(second.entries.every(({ sequence, type }) => sequence < Number(first.next) && type !== 'outcome'));
  assert.equal(second.next, null);
  const blocked = await rows('verdict=BLOCK&agent=support-bot&action=email.send&host=api.resend.com&type=verdict');
  assert.deepEqual(
    blocked.entries.map(({ exchange, reason, status, result }) => [exchange, reason, status, result]),
    [['x3', 'mail 3 \\u{202e}', 200, 'sent']],
  );
  assert.deepEqual(
    (await rows('q=MAIL+2')).entries.map(({ exchange }) => exchange),
    ['x2'],
  );
  assert.equal((await rows('type=ticket')).entries.length, 2);
  assert.equal((await rows('until=2000-01-01T00:00:00Z')).entries.length, 0);
  for (const bad of ['limit=0', 'limit=201', 'before=-1', 'verdict=NO', 'colour=red', 'since=yesterday', 'agent=a&agent=b'])
    assert.equal((await console.askAs(token, 'GET', `/v1/entries?${bad}`)).status, 400, bad);
});

test('one entry, and the story of an exchange with its ticket', async () => {
  const { console, token } = await filled();
  await using _ = console;
  const story: { entries: { view: Row; verified: object }[]; verified: object } = (
    await console.askAs(token, 'GET', '/v1/exchanges/x9')
  ).read();
  assert.deepEqual(
    story.entries.map(({ view }) => [view.type, view.result]),
    [
      ['ticket', 'opened'],
      ['verdict', null],
      ['ticket', 'denied'],
    ],
  );
  assert.deepEqual(story.verified, { chain: true, signature: true });
  const sequence = story.entries[1]?.view.sequence;
  const one: { entry: { body: { exchange: string } }; view: Row } = (
    await console.askAs(token, 'GET', `/v1/entries/${sequence}`)
  ).read();
  assert.deepEqual([one.entry.body.exchange, one.view.sequence], ['x9', sequence]);
  assert.equal((await console.askAs(token, 'GET', '/v1/entries/99999')).status, 404);
  assert.equal((await console.askAs(token, 'GET', '/v1/entries/x')).status, 400);
  assert.equal((await console.askAs(token, 'GET', '/v1/exchanges/none')).status, 404);
});

test('a ticket tells its moves; agents and users show no hash; the bundle its history', async () => {
  const { console, token } = await filled();
  await using _ = console;
  const [ticket] = console.desk.book.list();
  const view: { moves: { move: string; by: string | null; note: string }[] } = (
    await console.askAs(console.desk.tokens.fay, 'GET', `/v1/tickets/${ticket?.id}`)
  ).read();
  assert.deepEqual(
    view.moves.map(({ move, by }) => [move, by]),
    [
      ['opened', null],
      ['denied', 'fay'],
    ],
  );
  for (const route of ['/v1/agents', '/v1/users']) {
    const { text } = await console.askAs(token, 'GET', route);
    assert.ok(!/hash|[0-9a-f]{64}/i.test(text), route);
  }
  const bundle: { history: { move: string; note: string }[]; policies: object[] } = (
    await console.askAs(token, 'GET', '/v1/bundle')
  ).read();
  assert.deepEqual(
    bundle.history.map(({ move, note }) => [move, note]),
    [['loaded', '0 warnings\\u{202e}']],
  );
});

test('counts over time by window and step', async () => {
  const { console, token } = await filled();
  await using _ = console;
  const stats = async (query: string): Promise<{ buckets: object[] }> =>
    (await console.askAs(token, 'GET', `/v1/stats?${query}`)).read();
  assert.equal((await stats('window=1h')).buckets.length, 60);
  assert.ok((await stats('window=24h')).buckets.length >= 144);
  assert.ok((await stats('window=7d&step=86400')).buckets.length <= 9);
  for (const bad of ['window=1y', 'step=1', 'step=61', 'window=7d&step=60'])
    assert.equal((await console.askAs(token, 'GET', `/v1/stats?${bad}`)).status, 400, bad);
});
