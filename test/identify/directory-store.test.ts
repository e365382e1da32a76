// The directory: changes are one entry with its state, take effect at once, and survive a restart.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDirectory } from '../../src/identify/directory-store.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const BOT = { teams: ['support', 'support', 'engineering'], user: null };

test('adding an agent is one synced entry with its state, and the token is stored nowhere', async () => {
  const ledger = memoryLedger();
  const directory = await openDirectory(ledger);
  const { agent, token } = await directory.addAgent('bot', BOT);
  assert.deepEqual(agent.teams, ['engineering', 'support']);
  assert.equal(ledger.appended.length, 1);
  assert.equal(ledger.appended[0]?.durability, 'synced');
  assert.deepEqual(ledger.bodies('directory')[0]?.entity, { type: 'Agent', id: 'bot' });
  assert.deepEqual([...ledger.state.keys()], ['agent:bot']);
  const stored = JSON.stringify(ledger.appended) + JSON.stringify([...ledger.state]);
  assert.ok(!stored.includes(token));
  assert.ok(!stored.includes(token.slice(6)));
});

test('a token that was rotated or revoked fails at the very next question', async () => {
  const directory = await openDirectory(memoryLedger());
  const first = await directory.addAgent('bot', BOT);
  const generation = directory.generation;
  const second = await directory.rotateAgent('bot');
  assert.equal(directory.authenticateAgent('bot', first.token), null);
  assert.equal(directory.authenticateAgent(null, first.token), null);
  assert.equal(directory.authenticateAgent('bot', second.token)?.agent, 'bot');
  await directory.revokeAgent('bot');
  assert.equal(directory.authenticateAgent('bot', second.token), null);
  assert.equal(directory.authenticateAgent(null, second.token), null);
  assert.ok(directory.generation > generation + 1);
});

test('users: the token is the approver, revoked is nobody, and an agent token is never a user token', async () => {
  const directory = await openDirectory(memoryLedger());
  const { token } = await directory.addUser('ada', { groups: ['finance'] });
  const bot = await directory.addAgent('ada', { teams: [], user: 'ada' });
  const session = await directory.openSession('ada');
  assert.deepEqual(directory.authenticateUser(token)?.groups, ['finance']);
  assert.equal(directory.authenticateUser(bot.token), null);
  assert.equal(directory.authenticateUser(session.token), null);
  const rotated = await directory.rotateUser('ada');
  assert.equal(directory.authenticateUser(token), null);
  await directory.revokeUser('ada');
  assert.equal(directory.authenticateUser(rotated.token), null);
});

test('a session token proves its own session of its own agent and nothing else', async () => {
  const directory = await openDirectory(memoryLedger());
  await directory.addAgent('bot', BOT);
  await directory.addAgent('other', BOT);
  const { session, token, username } = await directory.openSession('bot');
  assert.equal(username, `bot~${session}`);
  assert.deepEqual(directory.authenticateAgent(username, token), {
    agent: 'bot',
    teams: ['engineering', 'support'],
    user: null,
    session,
    provedBy: 'session-token',
  });
  assert.equal(directory.authenticateAgent(null, token)?.session, session);
  assert.equal(directory.authenticateAgent('bot', token)?.session, session);
  for (const claimed of ['other', `other~${session}`, 'bot~run-7', 'bot~s-0000000000000000', 'a~b~c']) {
    assert.equal(directory.authenticateAgent(claimed, token), null, claimed);
  }
});

test('sessions end with their agent token, with a revocation, and by time', async () => {
  let nowMs = Date.UTC(2026, 0, 1);
  const ledger = memoryLedger();
  const directory = await openDirectory(ledger, { nowMs: () => nowMs });
  await directory.addAgent('bot', BOT);
  const first = await directory.openSession('bot');
  await directory.rotateAgent('bot');
  assert.equal(directory.authenticateAgent(first.username, first.token), null);
  const second = await directory.openSession('bot');
  nowMs += 7 * 86_400_000 - 1;
  assert.notEqual(directory.authenticateAgent(second.username, second.token), null);
  nowMs += 1;
  assert.equal(directory.authenticateAgent(second.username, second.token), null);
  const third = await directory.openSession('bot');
  await directory.revokeAgent('bot');
  assert.equal(directory.authenticateAgent(third.username, third.token), null);
  const again = await directory.addAgent('bot', BOT);
  assert.equal(directory.authenticateAgent(third.username, third.token), null);
  assert.equal(again.agent.generation, 4);
  assert.deepEqual(
    [...ledger.state.keys()].filter((key) => key.startsWith('session:')),
    [],
  );
});

test('sessions of one agent are bounded: the oldest gives way, another agent keeps its own', async () => {
  const ledger = memoryLedger();
  const directory = await openDirectory(ledger, { maxSessions: 2 });
  await directory.addAgent('bot', BOT);
  await directory.addAgent('other', BOT);
  const kept = await directory.openSession('other');
  const opened = [await directory.openSession('bot'), await directory.openSession('bot'), await directory.openSession('bot')];
  assert.deepEqual(
    opened.map((one) => directory.authenticateAgent(one.username, one.token) !== null),
    [false, true, true],
  );
  assert.notEqual(directory.authenticateAgent(kept.username, kept.token), null);
  assert.equal([...ledger.state.keys()].filter((key) => key.startsWith('session:')).length, 3);
});

test('all of it is there again after a restart', async () => {
  const ledger = memoryLedger();
  const before = await openDirectory(ledger);
  const bot = await before.addAgent('bot', { teams: ['support'], user: 'ada' });
  const ada = await before.addUser('ada', { groups: ['finance'] });
  const session = await before.openSession('bot');
  const gone = await before.addAgent('gone', BOT);
  await before.revokeAgent('gone');
  const after = await openDirectory(ledger.reopen());
  assert.equal(after.authenticateAgent('bot', bot.token)?.user, 'ada');
  assert.equal(after.authenticateAgent(session.username, session.token)?.session, session.session);
  assert.equal(after.authenticateUser(ada.token)?.name, 'ada');
  assert.equal(after.authenticateAgent('gone', gone.token), null);
});

test('what cannot be recorded does not happen', async () => {
  const ledger = memoryLedger();
  const directory = await openDirectory(ledger);
  const { token } = await directory.addAgent('bot', BOT);
  ledger.failing = true;
  await throwsWithCode('RECORD_FAILED', () => directory.addAgent('new', BOT));
  await throwsWithCode('RECORD_FAILED', () => directory.openSession('bot'));
  assert.equal(directory.agent('new'), undefined);
  ledger.failing = false;
  await directory.addAgent('new', BOT);
  assert.notEqual(directory.authenticateAgent('bot', token), null);
});

test('names: taken, unknown, revoked, invalid, and two adds at once make one agent', async () => {
  const directory = await openDirectory(memoryLedger());
  const twice = await Promise.allSettled([directory.addAgent('bot', BOT), directory.addAgent('bot', BOT)]);
  assert.deepEqual(
    twice.map((one) => one.status),
    ['fulfilled', 'rejected'],
  );
  await throwsWithCode('NAME_TAKEN', () => directory.addAgent('bot', BOT));
  await throwsWithCode('NAME_UNKNOWN', () => directory.rotateAgent('nobody'));
  await throwsWithCode('NAME_UNKNOWN', () => directory.openSession('nobody'));
  await throwsWithCode('NAME_INVALID', () => directory.addAgent('a~b', BOT));
  await throwsWithCode('NAME_INVALID', () => directory.addAgent('ok', { teams: ['a:b'], user: null }));
  await throwsWithCode('NAME_INVALID', () => directory.addUser('ok', { groups: ['../x'] }));
  await directory.revokeAgent('bot');
  await throwsWithCode('NAME_UNKNOWN', () => directory.rotateAgent('bot'));
  assert.equal((await directory.addAgent('bot', BOT)).agent.state, 'active');
});

test('the directory is bounded', async () => {
  const directory = await openDirectory(memoryLedger(), { maxNames: 2 });
  await directory.addAgent('a', BOT);
  await directory.addUser('b', { groups: [] });
  await throwsWithCode('NAME_INVALID', () => directory.addAgent('c', BOT));
});

test('a damaged record stops the start instead of opening a door', async () => {
  const ledger = memoryLedger();
  await (await openDirectory(ledger)).addAgent('bot', BOT);
  const good = ledger.state.get('agent:bot') ?? '';
  for (const bad of ['', '[]', '{}', good.replace('"active"', '"ACTIVE"'), good.replace('"generation":1', '"generation":"1"')]) {
    ledger.state.set('agent:bot', bad);
    await throwsWithCode('STORE_CORRUPT', () => openDirectory(ledger));
  }
});
