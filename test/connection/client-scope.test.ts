// Who is on the other side: proved once, and again as soon as anything about agents has changed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identifyBy } from '../../src/connection/client-scope.ts';
import type { Directory } from '../../src/identify/directory.ts';
import type { Principal } from '../../src/identify/principal.ts';
import { PRINCIPAL } from '../support/exchange.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const HEADER = [`Basic ${Buffer.from('bot:token').toString('base64')}`];

interface FakeDirectory extends Directory {
  generation: number;
  proved: Principal | null;
  asked: number;
}

function directory(): FakeDirectory {
  return {
    generation: 1,
    proved: PRINCIPAL,
    asked: 0,
    agent: () => undefined,
    user: () => undefined,
    agents: () => [],
    users: () => [],
    authenticateAgent() {
      this.asked += 1;
      return this.proved;
    },
    authenticateUser: () => null,
  };
}

test('the token is looked up once as long as nothing has changed', () => {
  const known = directory();
  const identify = identifyBy(known, HEADER, true);
  assert.equal(known.asked, 0);
  assert.deepEqual([identify(), identify(), known.asked], [PRINCIPAL, PRINCIPAL, 1]);
  known.generation += 1;
  identify();
  assert.equal(known.asked, 2);
});

test('a session that has ended fails its next request, although nothing has changed', async () => {
  const known = directory();
  known.proved = { ...PRINCIPAL, provedBy: 'session-token' };
  const identify = identifyBy(known, HEADER, true);
  assert.equal(identify().agent, PRINCIPAL.agent);
  known.proved = null;
  await throwsWithCode('IDENTITY_REJECTED', identify);
});

test('a revoked token fails the next request, and each one after it', async () => {
  const known = directory();
  const identify = identifyBy(known, HEADER, true);
  identify();
  known.proved = null;
  known.generation += 1;
  await throwsWithCode('IDENTITY_REJECTED', identify);
  await throwsWithCode('IDENTITY_REJECTED', identify);
});

test('a change of what the agent is reaches a connection that stands', () => {
  const known = directory();
  const identify = identifyBy(known, HEADER, true);
  identify();
  known.proved = { ...PRINCIPAL, teams: [] };
  known.generation += 1;
  assert.deepEqual(identify().teams, []);
});

test('no header is nobody: refused, or anonymous where that is allowed', async () => {
  await throwsWithCode('IDENTITY_REQUIRED', identifyBy(directory(), [], true));
  assert.equal(identifyBy(directory(), [], false)().provedBy, 'anonymous');
});
