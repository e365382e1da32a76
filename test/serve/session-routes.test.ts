// Signing in at the console, and every way of using somebody else's session that a page or an agent could try (threats D1, D3).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parkRequest } from '../support/approval-desk.ts';
import { consoleDesk } from '../support/console-desk.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

test('a token becomes a session: who it is, until when, and a cookie that scripts can not read', async () => {
  await using console = await consoleDesk();
  const answer = await console.ask('POST', '/v1/session', JSON_TYPE, JSON.stringify({ token: console.desk.tokens.fay }));
  assert.equal(answer.status, 200);
  assert.match(
    String(answer.headers['set-cookie']),
    /^interlock_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=3600$/,
  );
  const session: Record<string, unknown> = answer.read();
  assert.deepEqual([session['user'], session['groups'], session['operator']], ['fay', ['finance'], false]);
  const fay = await console.signIn(console.desk.tokens.fay);
  const seen: Record<string, unknown> = (await fay.ask('GET', '/v1/session')).read();
  assert.deepEqual([seen['user'], seen['csrf']], ['fay', fay.csrf]);
  assert.deepEqual((await console.ask('GET', '/v1/sign-in')).read(), { token: true, enforcement: 'enforce', oidc: null });
});

test("an agent's token, a session's, a revoked and a wrong one open nothing, and guessing is slowed", async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const bot = await desk.directory.addAgent('bot', { teams: [], user: 'fay' });
  const opened = await desk.directory.openSession('bot');
  await desk.directory.revokeUser('leo');
  const statuses: number[] = [];
  for (const token of [bot.token, opened.token, desk.tokens.leo, 'x', '', 'y', 'z']) {
    const answer = await console.ask('POST', '/v1/session', JSON_TYPE, JSON.stringify({ token }));
    assert.equal(answer.headers['set-cookie'], undefined);
    statuses.push(answer.status);
  }
  assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429]);
  assert.equal((await console.ask('GET', '/v1/session')).status, 401);
  assert.equal((await console.ask('POST', '/v1/session', JSON_TYPE, '{}')).status, 400);
  // A form of another site can send this without asking first.
  assert.equal((await console.ask('POST', '/v1/session', { 'content-type': 'text/plain' }, '{}')).status, 415);
});

test('a decision with the cookie needs the CSRF header of this very session', async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const ticket = await desk.book.open(parkRequest());
  const fay = await console.signIn(desk.tokens.fay);
  const bo = await console.signIn(desk.tokens.bo);
  const path = `/v1/tickets/${ticket.id}/approve`;
  for (const forged of [{}, { 'x-interlock-csrf': '' }, { 'x-interlock-csrf': 'x' }, { 'x-interlock-csrf': bo.csrf }]) {
    const answer = await console.ask('POST', path, { ...JSON_TYPE, cookie: fay.cookie, ...forged }, '{}');
    assert.equal(answer.status, 403);
    assert.match(answer.text, /X-Interlock-CSRF/);
    assert.equal((await console.ask('DELETE', '/v1/session', { cookie: fay.cookie, ...forged })).status, 403);
  }
  assert.equal(desk.book.get(ticket.id)?.state, 'pending');
  assert.equal((await fay.ask('POST', path, '{}')).status, 200);
  const approvals = desk.book.get(ticket.id)?.approvals ?? [];
  assert.deepEqual(
    approvals.map(({ user, channel }) => [user, channel]),
    [['fay', 'console']],
  );
});

test("another's cookie is another's rights, and a wrong token beside a good cookie is a wrong token", async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const ticket = await desk.book.open(parkRequest());
  const max = await console.signIn(desk.tokens.max);
  assert.equal((await max.ask('POST', `/v1/tickets/${ticket.id}/approve`, '{}')).status, 404);
  const ada = await console.signIn(desk.tokens.ada);
  assert.equal((await ada.ask('POST', `/v1/tickets/${ticket.id}/approve`, '{}')).status, 403);
  const fay = await console.signIn(desk.tokens.fay);
  assert.equal((await fay.ask('GET', '/v1/session', '', { authorization: 'Bearer ilk_u_wrong' })).status, 401);
  assert.equal(desk.book.get(ticket.id)?.state, 'pending');
});

test('an id that was planted is never taken on: signing in makes a new one and ends the one before', async () => {
  await using console = await consoleDesk();
  const planted = `interlock_session=${'a'.repeat(43)}`;
  const sign = (cookie: string) =>
    console.ask('POST', '/v1/session', { ...JSON_TYPE, cookie }, JSON.stringify({ token: console.desk.tokens.fay }));
  const fresh = String((await sign(planted)).headers['set-cookie']).split(';')[0] ?? '';
  assert.notEqual(fresh, planted);
  assert.equal((await console.ask('GET', '/v1/session', { cookie: planted })).status, 401);
  const next = String((await sign(fresh)).headers['set-cookie']).split(';')[0] ?? '';
  assert.equal((await console.ask('GET', '/v1/session', { cookie: fresh })).status, 401);
  assert.equal((await console.ask('GET', '/v1/session', { cookie: next })).status, 200);
});

test('signing out, a revoked user and a rotated token end a session at once', async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const out = await console.signIn(desk.tokens.fay);
  const answer = await out.ask('DELETE', '/v1/session');
  assert.equal(answer.status, 204);
  assert.match(String(answer.headers['set-cookie']), /Max-Age=0/);
  assert.equal((await out.ask('GET', '/v1/session')).status, 401);
  const fay = await console.signIn(desk.tokens.fay);
  const bo = await console.signIn(desk.tokens.bo);
  await desk.directory.revokeUser('fay');
  await desk.directory.rotateUser('bo');
  assert.equal((await fay.ask('GET', '/v1/tickets')).status, 401);
  assert.equal((await bo.ask('GET', '/v1/tickets')).status, 401);
});

test("a page of another site, or under another name, gets nothing with a visitor's cookie", async () => {
  await using console = await consoleDesk();
  const fay = await console.signIn(console.desk.tokens.fay);
  assert.equal((await fay.ask('GET', '/v1/session', '', { host: 'evil.example' })).status, 421);
  assert.equal((await fay.ask('GET', '/v1/session', '', { origin: 'http://127.0.0.1:1' })).status, 403);
  assert.equal((await fay.ask('GET', '/v1/session', '', { 'sec-fetch-site': 'same-site' })).status, 403);
  const { headers } = await fay.ask('GET', '/v1/session');
  assert.equal(headers['x-frame-options'], 'DENY');
  assert.equal(headers['cache-control'], 'no-store');
});
