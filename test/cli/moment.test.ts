// How long ago, or when: what is taken, and that anything else is refused with what was expected.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moment } from '../../src/cli/moment.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');

test('so long ago, or a moment', () => {
  assert.equal(moment('30m', NOW), NOW - 1_800_000);
  assert.equal(moment('24h', NOW), NOW - 86_400_000);
  assert.equal(moment('7d', NOW), NOW - 604_800_000);
  assert.equal(moment('2w', NOW), NOW - 1_209_600_000);
  assert.equal(moment('2026-11-20T08:00:00Z', NOW), Date.parse('2026-11-20T08:00:00Z'));
  assert.equal(moment('2026-11-20', NOW), Date.parse('2026-11-20'));
});

test('anything else is refused', () => {
  for (const text of ['', '7', 'd', '0d', '-1d', '7 d', 'yesterday', '2026-13-40', '20:00', '1e3d'])
    assert.throws(() => moment(text, NOW), /Expected how long ago/, text);
});
