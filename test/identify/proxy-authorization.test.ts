// From header values to a principal: who is let in, and that every refusal is the same refusal.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDirectory } from '../../src/identify/directory-store.ts';
import { authenticate } from '../../src/identify/proxy-authorization.ts';
import { mintToken } from '../../src/identify/token.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const basic = (username: string, token: string): string => `Basic ${Buffer.from(`${username}:${token}`).toString('base64')}`;

async function withBot() {
  const directory = await openDirectory(memoryLedger());
  const { token } = await directory.addAgent('bot', { teams: ['support'], user: 'ada' });
  return { directory, token };
}

test('Basic with the agent token proves the agent, its teams and its user; a session is a label', async () => {
  const { directory, token } = await withBot();
  const principal = { agent: 'bot', teams: ['support'], user: 'ada', session: null, provedBy: 'token' };
  assert.deepEqual(authenticate(directory, [basic('bot', token)], true), principal);
  assert.deepEqual(authenticate(directory, [basic('bot~run-7', token)], true), { ...principal, session: 'run-7' });
});

test('Bearer with the token alone proves the same', async () => {
  const { directory, token } = await withBot();
  assert.equal(authenticate(directory, [`Bearer ${token}`], true).agent, 'bot');
});

test('no header: IDENTITY_REQUIRED says how, or the anonymous agent where none is needed', async () => {
  const { directory } = await withBot();
  const error = await throwsWithCode('IDENTITY_REQUIRED', () => authenticate(directory, [], true));
  assert.match(error.message, /HTTPS_PROXY=http:\/\/AGENT:TOKEN@host:port/);
  assert.deepEqual(authenticate(directory, [], false), {
    agent: 'anonymous',
    teams: [],
    user: null,
    session: null,
    provedBy: 'anonymous',
  });
});

test('every way of being nobody gets one answer that tells nothing and repeats nothing', async () => {
  const { directory, token } = await withBot();
  const other = await directory.addAgent('other', { teams: [], user: null });
  const gone = await directory.addAgent('gone', { teams: [], user: null });
  await directory.revokeAgent('gone');
  const user = await directory.addUser('ada', { groups: [] });
  const attempts = [
    [basic('nobody', token)],
    [basic('bot', other.token)],
    [basic('gone', gone.token)],
    [basic('bot', mintToken('agent'))],
    [basic('bot', user.token)],
    [`Bearer ${user.token}`],
    [`Bearer ${gone.token}`],
    [`Bearer ${mintToken('session')}`],
    ['Basic !'],
    [''],
    [basic('bot', token), basic('bot', token)],
    [`Basic ${token}`],
    [basic('bot', `${token}x`)],
    [basic('bot~s-0011223344556677', token)],
    [basic('__proto__', token)],
  ];
  const messages = new Set<string>();
  for (const headers of attempts) {
    const error = await throwsWithCode('IDENTITY_REJECTED', () => authenticate(directory, headers, true));
    messages.add(error.message);
    assert.ok(!error.message.includes(token) && !/\bbot\b/.test(error.message));
  }
  assert.equal(messages.size, 1);
});

test('a bad header is refused even where none is needed: a revoked agent does not become anonymous', async () => {
  const { directory, token } = await withBot();
  await directory.revokeAgent('bot');
  await throwsWithCode('IDENTITY_REJECTED', () => authenticate(directory, [basic('bot', token)], false));
});
