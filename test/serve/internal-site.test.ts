// http://interlock.internal/ through the proxy: an agent sees its own, and nothing there decides (threats D1, D2).

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createInternalSite } from '../../src/serve/internal-site.ts';
import { handMade, type HandMade } from '../support/exchange.ts';
import { approvalDesk, parkRequest } from '../support/approval-desk.ts';
import type { Principal } from '../../src/identify/principal.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
const BOT: Principal = { agent: 'bot', teams: ['support'], user: 'ada', session: 's-1', provedBy: 'token' };

async function site(t: { after(fn: () => void): void }) {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-site-'));
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, PEM);
  const desk = await approvalDesk();
  t.after(() => {
    desk[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });
  const internal = createInternalSite({ caFile, tickets: desk.book });
  return { desk, internal, page: internal.page };
}

test('the CA, who you are, and an index', async (t) => {
  const { page } = await site(t);
  assert.equal(page(BOT, 'GET', '/ca.pem').body.toString(), PEM);
  assert.deepEqual(JSON.parse(page(BOT, 'GET', '/v1/me').body.toString()), {
    agent: 'bot',
    teams: ['support'],
    user: 'ada',
    session: 's-1',
  });
  assert.match(page(BOT, 'GET', '/').body.toString(), /\/ca\.pem/);
  assert.equal(page(BOT, 'HEAD', '/ca.pem').body.length, 0);
});

test("its own tickets and nobody else's; another's and none are one answer", async (t) => {
  const { desk, page } = await site(t);
  const own = await desk.book.open(parkRequest());
  const other = await desk.book.open(parkRequest({ agent: 'other', binding: 'c'.repeat(64) }));
  const listed: { id: string }[] = JSON.parse(page(BOT, 'GET', '/v1/tickets').body.toString());
  assert.deepEqual(
    listed.map((ticket) => ticket.id),
    [own.id],
  );
  const shown: { state: string } = JSON.parse(page(BOT, 'GET', `/v1/tickets/${own.id}`).body.toString());
  assert.equal(shown.state, 'pending');
  const hidden = page(BOT, 'GET', `/v1/tickets/${other.id}`);
  const none = page(BOT, 'GET', `/v1/tickets/t_${'a'.repeat(26)}`);
  assert.equal(hidden.status, 404);
  assert.deepEqual(hidden, none);
});

test('nothing here decides, whatever the method, and approvers are not named', async (t) => {
  const { desk, page } = await site(t);
  const ticket = await desk.book.open(parkRequest());
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'CONNECT', 'approve']) {
    for (const path of [`/v1/tickets/${ticket.id}/approve`, `/v1/tickets/${ticket.id}`, '/v1/tickets', '/'])
      assert.equal(page(BOT, method, path).status, 405);
  }
  for (const path of [
    `/v1/tickets/${ticket.id}/approve`,
    '/v1/agents',
    '/metrics',
    '/healthz',
    '/v1/tickets/',
    '//v1/me',
    '/ca-key.pem',
    '/../ca-key.pem',
  ])
    assert.equal(page(BOT, 'GET', path).status, 404, path);
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  const shown = page(BOT, 'GET', `/v1/tickets/${ticket.id}`).body.toString();
  const ticketShown: { grant: boolean } = JSON.parse(shown);
  assert.equal(ticketShown.grant, true);
  assert.ok(!shown.includes('fay') && !shown.includes('binding'));
});

test('callers without a token see no tickets: they are all one agent', async (t) => {
  const { desk, page } = await site(t);
  const anonymous: Principal = { agent: 'anonymous', teams: [], user: null, session: null, provedBy: 'anonymous' };
  const ticket = await desk.book.open(parkRequest({ agent: 'anonymous' }));
  assert.equal(page(anonymous, 'GET', '/v1/tickets').status, 404);
  assert.equal(page(anonymous, 'GET', `/v1/tickets/${ticket.id}`).status, 404);
  assert.equal(page(anonymous, 'GET', '/ca.pem').status, 200);
});

test('an agent waits for its own ticket and is told what to do; another learns nothing, not even by waiting', async (t) => {
  const { desk, internal } = await site(t);
  const ticket = await desk.book.open(parkRequest());
  const ask = (agent: string): HandMade => {
    const made = handMade('GET', `/v1/tickets/${ticket.id}?waitSeconds=30`, '', { host: 'interlock.internal' });
    const exchange = { ...made, identify: () => ({ ...BOT, agent }) };
    assert.equal(internal.answer(exchange), true);
    return exchange;
  };
  assert.equal((await ask('other').reply.answered).status, 404);
  const waiting = ask('bot');
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(waiting.reply.headSent, false);
  await desk.book.deny(ticket.id, { user: 'fay' }, 'api', 'not today');
  const { status, body } = await waiting.reply.answered;
  const told: { state: string; next: string; approvers: string[]; secondsLeft: number } = JSON.parse(body.toString());
  assert.deepEqual([status, told.state, told.approvers, told.secondsLeft], [200, 'denied', ['finance'], 0]);
  assert.match(told.next, /Do not repeat it/);
  assert.ok(!body.includes('fay'));
});

test('an agent whose token was revoked while it waited gets nothing', async (t) => {
  const { desk, internal } = await site(t);
  const ticket = await desk.book.open(parkRequest());
  let revoked = false;
  const made = handMade('GET', `/v1/tickets/${ticket.id}?waitSeconds=30`, '', { host: 'interlock.internal' });
  const identify = (): Principal => {
    if (revoked) throw new Error('revoked');
    return BOT;
  };
  internal.answer({ ...made, identify });
  revoked = true;
  await desk.book.deny(ticket.id, { user: 'fay' }, 'api');
  assert.equal((await made.reply.answered).status, 404);
});
