// /v1/tickets: people see what they may decide, decide by POST with their own token, and learn nothing of the rest.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FINANCE, LEGAL, parkRequest } from '../support/approval-desk.ts';
import { type Answer, consoleDesk } from '../support/console-desk.ts';

function stateIn(answer: Answer): string {
  const ticket: { state: string } = answer.read();
  return ticket.state;
}

function listIn(answer: Answer): { readonly id: string; readonly reason: string }[] {
  return answer.read();
}

test("every route needs a user's token; an agent's, a wrong and a revoked one are the same 401", async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const ticket = await desk.book.open(parkRequest());
  const bot = await desk.directory.addAgent('bot', { teams: [], user: 'fay' });
  const session = await desk.directory.openSession('bot');
  await desk.directory.revokeUser('leo');
  const routes = [
    ['GET', '/v1/tickets'],
    ['GET', `/v1/tickets/${ticket.id}`],
    ['POST', `/v1/tickets/${ticket.id}/approve`],
    ['POST', `/v1/tickets/${ticket.id}/deny`],
  ] as const;
  const answers = new Set<string>();
  for (const [method, path] of routes) assert.equal((await console.ask(method, path)).status, 401);
  await using fresh = await consoleDesk({ directory: desk.directory, tickets: desk.book });
  for (const token of [bot.token, session.token, desk.tokens.leo, 'ilk_u_wrong']) {
    const answer = await fresh.askAs(token, 'POST', `/v1/tickets/${ticket.id}/approve`);
    assert.equal(answer.status, 401);
    assert.match(String(answer.headers['www-authenticate']), /^Bearer/);
    answers.add(answer.text);
  }
  assert.equal(answers.size, 1);
  assert.equal(desk.book.get(ticket.id)?.state, 'pending');
});

test('approve and deny by POST; the decision and its channel are on record', async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const one = await desk.book.open(parkRequest());
  const two = await desk.book.open(parkRequest({ binding: 'c'.repeat(64) }));
  const approved = await console.askAs(desk.tokens.fay, 'POST', `/v1/tickets/${one.id}/approve`);
  assert.equal(approved.status, 200);
  assert.equal(stateIn(approved), 'approved');
  const denied = await console.askAs(desk.tokens.fay, 'POST', `/v1/tickets/${two.id}/deny`, '{}');
  assert.equal(stateIn(denied), 'denied');
  assert.ok(
    desk.ledger
      .bodies('ticket')
      .filter((body) => body.by === 'fay')
      .every((body) => body.channel === 'api'),
  );
  const late = await console.askAs(desk.tokens.bo, 'POST', `/v1/tickets/${two.id}/approve`);
  assert.equal(late.status, 409);
  assert.match(late.text, /denied by fay/);
});

test('a withdrawn one is over: neither yes nor no is taken, and the answer says why', async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const { id } = await desk.book.open(parkRequest({ exchange: `p_${'a'.repeat(26)}` }));
  await desk.book.withdraw(id, 'the plan is revoked', null, 'proxy');
  for (const move of ['approve', 'deny']) {
    const answer = await console.askAs(desk.tokens.fay, 'POST', `/v1/tickets/${id}/${move}`);
    assert.equal(answer.status, 409);
    assert.match(answer.text, /withdrawn \(the plan is revoked\): nothing more can be decided/);
    assert.doesNotMatch(answer.text, /expired since/);
  }
  const { state, denial, approvals, grant } = desk.book.get(id) ?? assert.fail();
  assert.deepEqual(
    { state, denial, approvals, grant },
    { state: 'expired', denial: 'the plan is revoked', approvals: [], grant: false },
  );
  assert.deepEqual(
    desk.ledger.bodies('ticket').map(({ move, note }) => [move, note]),
    [
      ['opened', 'large refund'],
      ['voided', 'the plan is revoked'],
      ['refused', 'it is withdrawn already'],
      ['refused', 'it is withdrawn already'],
    ],
  );
});

test('no link decides anything: GET and HEAD on the decision routes do nothing', async () => {
  await using console = await consoleDesk();
  const ticket = await console.desk.book.open(parkRequest());
  for (const method of ['GET', 'HEAD', 'PUT']) {
    assert.equal((await console.askAs(console.desk.tokens.fay, method, `/v1/tickets/${ticket.id}/approve`)).status, 404);
  }
  assert.equal(console.desk.book.get(ticket.id)?.state, 'pending');
});

test('only JSON is taken: what a form of another site can send is not', async () => {
  await using console = await consoleDesk();
  const ticket = await console.desk.book.open(parkRequest());
  const authorization = `Bearer ${console.desk.tokens.fay}`;
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x']) {
    assert.equal(
      (await console.ask('POST', `/v1/tickets/${ticket.id}/approve`, { authorization, 'content-type': type }, 'a=b')).status,
      415,
      type,
    );
  }
  assert.equal((await console.ask('POST', `/v1/tickets/${ticket.id}/approve`, { authorization })).status, 415);
  assert.equal((await console.askAs(console.desk.tokens.fay, 'POST', `/v1/tickets/${ticket.id}/approve`, '{"a":')).status, 400);
  assert.equal(
    (await console.askAs(console.desk.tokens.fay, 'POST', `/v1/tickets/${ticket.id}/approve`, `"${'x'.repeat(5_000)}"`)).status,
    413,
  );
  assert.equal(console.desk.book.get(ticket.id)?.state, 'pending');
});

test('a ticket one may not decide and one that there is not are the same answer, and not in the list', async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const finance = await desk.book.open(parkRequest());
  const legal = await desk.book.open(parkRequest({ binding: 'c'.repeat(64), waits: [LEGAL], user: null }));
  const none = `t_${'a'.repeat(26)}`;
  const listed = async (token: string): Promise<string[]> =>
    listIn(await console.askAs(token, 'GET', '/v1/tickets')).map((ticket) => ticket.id);
  assert.deepEqual(await listed(desk.tokens.fay), [finance.id]);
  assert.deepEqual(await listed(desk.tokens.leo), [legal.id]);
  assert.deepEqual((await listed(desk.tokens.bo)).sort(), [finance.id, legal.id].sort());
  assert.deepEqual(await listed(desk.tokens.max), []);
  for (const [method, suffix] of [
    ['GET', ''],
    ['POST', '/approve'],
    ['POST', '/deny'],
  ] as const) {
    const forbidden = await console.askAs(desk.tokens.max, method, `/v1/tickets/${finance.id}${suffix}`);
    const unknown = await console.askAs(desk.tokens.max, method, `/v1/tickets/${none}${suffix}`);
    assert.equal(forbidden.status, 404);
    assert.equal(forbidden.text, unknown.text.replaceAll(none, finance.id));
  }
  assert.equal(desk.moves().filter((move) => move === 'refused').length, 2);
});

test("who asked sees their ticket and can't approve it", async () => {
  await using console = await consoleDesk();
  const ticket = await console.desk.book.open(parkRequest());
  assert.equal((await console.askAs(console.desk.tokens.ada, 'GET', `/v1/tickets/${ticket.id}`)).status, 200);
  const refused = await console.askAs(console.desk.tokens.ada, 'POST', `/v1/tickets/${ticket.id}/approve`);
  assert.equal(refused.status, 403);
  assert.match(refused.text, /own request/);
});

test('a token in the URL is no token, and unknown filters are refused', async () => {
  await using console = await consoleDesk();
  const token = console.desk.tokens.fay;
  for (const query of [`token=${token}`, `access_token=${token}`]) {
    assert.equal((await console.ask('GET', `/v1/tickets?${query}`)).status, 401);
    const refused = await console.askAs(token, 'GET', `/v1/tickets?${query}`);
    assert.equal(refused.status, 400);
    assert.ok(!refused.text.includes(token));
  }
  await console.desk.book.open(parkRequest({ waits: [FINANCE] }));
  assert.equal(listIn(await console.askAs(token, 'GET', '/v1/tickets?state=pending&agent=bot')).length, 1);
  assert.equal(listIn(await console.askAs(token, 'GET', '/v1/tickets?state=denied')).length, 0);
  assert.equal((await console.askAs(token, 'GET', '/v1/tickets?state=a&state=b')).status, 400);
});

test('two Authorization headers are none', async () => {
  await using console = await consoleDesk();
  const bearer = `Bearer ${console.desk.tokens.fay}`;
  assert.equal((await console.ask('GET', '/v1/tickets', { Authorization: [bearer, bearer] })).status, 401);
});

test('guessing tokens is slowed, and does not lock out who has a valid one', async () => {
  await using console = await consoleDesk();
  const statuses: number[] = [];
  for (let i = 0; i < 8; i += 1) statuses.push((await console.askAs('ilk_u_wrong', 'GET', '/v1/tickets')).status);
  assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
  assert.equal((await console.askAs(console.desk.tokens.fay, 'GET', '/v1/tickets')).status, 200);
});

test('what an agent wrote arrives as plain ASCII and is the same text once read', async () => {
  await using console = await consoleDesk();
  const reason = 'refund \u001b[2J\u202egnp.exe \u2028 ✓';
  await console.desk.book.open(parkRequest({ reason }));
  const answer = await console.askAs(console.desk.tokens.fay, 'GET', '/v1/tickets');
  assert.match(answer.text, /^[\x20-\x7e]*$/);
  assert.equal(listIn(answer)[0]?.reason, reason);
});

test('what has no schema of its answer is plain ASCII too', async () => {
  const bundleRejected = 'main.cedar:1:1: \u202eno ✓';
  const health = { bundle: 'digest', bundleRejected, ledger: { ok: true, entries: 1, lag: 0 }, caDaysLeft: 300 };
  await using console = await consoleDesk({ health: async () => health });
  const answer = await console.ask('GET', '/healthz');
  assert.match(answer.text, /^[\x20-\x7e]*$/);
  assert.deepEqual(answer.read().bundleRejected, bundleRejected);
});
