// The cookie's attributes, and what is not read as one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionCookie } from '../../src/serve/session-cookie.ts';

const ID = 'a'.repeat(43);

test('over TLS it is bound to the host and secure; unreadable to scripts and unsent by other sites in any case', () => {
  assert.equal(sessionCookie(true).set(ID, 60), `__Host-interlock=${ID}; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=60`);
  assert.equal(sessionCookie(false).set(ID, 60), `interlock_session=${ID}; Path=/; HttpOnly; SameSite=Strict; Max-Age=60`);
  assert.match(sessionCookie(true).clear(), /^__Host-interlock=; .*Max-Age=0$/);
});

test('one well-formed id is read; two of the name, another name or another form are none', () => {
  const { read } = sessionCookie(false);
  assert.equal(read(`theme=dark; interlock_session=${ID}`), ID);
  for (const header of [
    undefined,
    '',
    'interlock_session',
    `interlock_session=${ID}; interlock_session=${'b'.repeat(43)}`,
    `__Host-interlock=${ID}`,
    'interlock_session=short',
    `interlock_session="${ID}"`,
  ]) {
    assert.equal(read(header), null, header);
  }
});
