// The hot path's one question, asked of an index that a crash or a careless hand left in odd states.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyIndex, findPrincipal, findUser, putAgent, putUser } from '../../src/identify/directory-index.ts';
import { hashToken, mintToken } from '../../src/identify/token.ts';
import type { AgentRecord } from '../../src/identify/directory.ts';

const AGENT: AgentRecord = {
  name: 'bot',
  teams: [],
  user: null,
  tokenHash: hashToken('x'),
  generation: 3,
  state: 'active',
  createdAt: '',
};
const LATER = '2100-01-01T00:00:00.000Z';

test('a session of an older generation is void even where its record stayed behind', () => {
  const index = emptyIndex();
  putAgent(index, AGENT);
  const token = mintToken('session');
  for (const [generation, proved] of [
    [2, false],
    [3, true],
    [4, false],
  ] as const) {
    index.sessions.set(hashToken(token), { id: 's-1', agent: 'bot', generation, expiresAt: LATER });
    assert.equal(findPrincipal(index, 'bot~s-1', token, 0) !== null, proved);
  }
});

test("a session whose end can't be read has ended, and one of nobody proves nobody", () => {
  const index = emptyIndex();
  const token = mintToken('session');
  index.sessions.set(hashToken(token), { id: 's-1', agent: 'gone', generation: 1, expiresAt: LATER });
  assert.equal(findPrincipal(index, null, token, 0), null);
  putAgent(index, { ...AGENT, name: 'gone', generation: 1 });
  assert.notEqual(findPrincipal(index, null, token, 0), null);
  index.sessions.set(hashToken(token), { id: 's-1', agent: 'gone', generation: 1, expiresAt: 'never' });
  assert.equal(findPrincipal(index, null, token, 0), null);
});

test("an agent's token is no user's, even if a user record held its hash", () => {
  const index = emptyIndex();
  const token = mintToken('agent');
  putUser(index, { name: 'ada', groups: [], tokenHash: hashToken(token), state: 'active', createdAt: '' });
  assert.equal(findUser(index, token), null);
});

test('a replaced token leaves no way back', () => {
  const index = emptyIndex();
  const [old, next] = [mintToken('agent'), mintToken('agent')];
  putAgent(index, { ...AGENT, tokenHash: hashToken(old) });
  putAgent(index, { ...AGENT, tokenHash: hashToken(next) });
  assert.equal(findPrincipal(index, null, old, 0), null);
  assert.equal(findPrincipal(index, null, next, 0)?.agent, 'bot');
  assert.equal(index.agentByHash.size, 1);
});
