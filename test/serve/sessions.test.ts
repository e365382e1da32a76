// Sessions end: by time, by silence, by their user's end, and when there are too many.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSessions } from '../../src/serve/sessions.ts';
import type { UserRecord } from '../../src/identify/directory.ts';

const MINUTE = 60_000;

function desk() {
  let nowMs = 1_000_000;
  const users = new Map<string, UserRecord>();
  const add = (name: string): UserRecord => {
    const user: UserRecord = { name, groups: [], tokenHash: 'a'.repeat(64), state: 'active', createdAt: '' };
    users.set(name, user);
    return user;
  };
  const sessions = createSessions({ directory: { user: (name) => users.get(name) }, minutes: 60, nowMs: () => nowMs });
  return { sessions, users, add, pass: (minutes: number) => void (nowMs += minutes * MINUTE) };
}

test('an id is 43 random characters, another each time, and finds its session', () => {
  const { sessions, add } = desk();
  const kim = add('kim');
  const one = sessions.open(kim);
  const two = sessions.open(kim);
  assert.match(one.id, /^[\w-]{43}$/);
  assert.notEqual(one.id, two.id);
  assert.notEqual(one.session.csrf, two.session.csrf);
  assert.equal(sessions.find(one.id)?.user.name, 'kim');
  assert.equal(sessions.find('x'.repeat(43)), null);
  sessions.end(one.id);
  assert.equal(sessions.find(one.id), null);
  assert.notEqual(sessions.find(two.id), null);
});

test('fifteen silent minutes end it, and an hour does however busy it is', () => {
  const { sessions, add, pass } = desk();
  const idle = sessions.open(add('kim')).id;
  pass(14);
  assert.notEqual(sessions.find(idle), null);
  pass(15);
  assert.equal(sessions.find(idle), null);
  const busy = sessions.open(add('kim')).id;
  for (let i = 0; i < 5; i += 1) {
    pass(10);
    assert.notEqual(sessions.find(busy), null);
  }
  pass(10);
  assert.equal(sessions.find(busy), null);
});

test('a revoked user and a rotated token end it at once', () => {
  const { sessions, users, add } = desk();
  const kim = add('kim');
  const revoked = sessions.open(kim).id;
  users.set('kim', { ...kim, state: 'revoked' });
  assert.equal(sessions.find(revoked), null);
  users.set('kim', kim);
  assert.equal(sessions.find(revoked), null);
  const rotated = sessions.open(kim).id;
  users.set('kim', { ...kim, tokenHash: 'b'.repeat(64) });
  assert.equal(sessions.find(rotated), null);
  const gone = sessions.open(kim).id;
  users.delete('kim');
  assert.equal(sessions.find(gone), null);
});

test('their number is bounded, for one user and for all', () => {
  const { sessions, add } = desk();
  const kim = add('kim');
  const first = sessions.open(kim).id;
  for (let i = 0; i < 16; i += 1) sessions.open(kim);
  assert.equal(sessions.count(), 16);
  assert.equal(sessions.find(first), null);
  for (let i = 0; i < 1_200; i += 1) sessions.open(add(`u${i}`));
  assert.equal(sessions.count(), 1_000);
});
