// Ticket ids: 128 random bits in one exact shape.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTicketId, newTicketId } from '../../src/approve/ticket-id.ts';

test('ids have the shape, differ, and use every bit', () => {
  const ids = Array.from({ length: 500 }, newTicketId);
  assert.ok(ids.every(isTicketId));
  assert.equal(new Set(ids).size, ids.length);
  // The last digit carries three bits, every other one five.
  for (let at = 2; at < 28; at += 1) assert.equal(new Set(ids.map((id) => id[at])).size, at === 27 ? 8 : 32, `digit ${at}`);
});

test('nothing else is one', () => {
  for (const text of [
    '',
    't_',
    `t_${'a'.repeat(25)}`,
    `t_${'a'.repeat(27)}`,
    `T_${'a'.repeat(26)}`,
    `t_${'1'.repeat(26)}`,
    `t_${'a'.repeat(26)}\n`,
  ])
    assert.equal(isTicketId(text), false);
});
