// Tokens: long, random, told apart by kind, compared in constant time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashToken, mintToken, sameHash, tokenKind } from '../../src/identify/token.ts';

test('a token has 256 random bits behind the prefix of its kind', () => {
  const token = mintToken('agent');
  assert.match(token, /^ilk_a_/);
  assert.equal(Buffer.from(token.slice('ilk_a_'.length), 'base64url').length, 32);
  assert.notEqual(mintToken('agent'), token);
});

test('kinds are told apart, and what has not the shape is of no kind', () => {
  for (const kind of ['agent', 'user', 'session'] as const) assert.equal(tokenKind(mintToken(kind)), kind);
  const token = mintToken('user');
  for (const odd of ['', 'ilk_u_', `${token}x`, token.slice(0, -1), ` ${token}`, `${token}\n`, token.replace('ilk_u', 'ilk_x')]) {
    assert.equal(tokenKind(odd), null, odd);
  }
});

test('a token fits into a proxy URL as it is', () => {
  const token = mintToken('session');
  const url = new URL(`http://support-bot~s-1:${token}@127.0.0.1:8080`);
  assert.equal(decodeURIComponent(url.password), token);
});

test('hashes compare equal only when every character is', () => {
  const hash = hashToken('one');
  assert.equal(hash, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed');
  assert.equal(sameHash(hash, hashToken('one')), true);
  assert.equal(sameHash(hash, hashToken('two')), false);
  assert.equal(sameHash(hash, hash.slice(1)), false);
  assert.equal(sameHash(hash, ''), false);
});
