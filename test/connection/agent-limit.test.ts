// Tunnels of one agent are bounded, and the bound is given back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAgentLimit } from '../../src/connection/agent-limit.ts';

test('one agent fills only its own share', () => {
  const limit = createAgentLimit(2);
  const leave = limit.enter('greedy');
  limit.enter('greedy');
  assert.throws(() => limit.enter('greedy'), { code: 'CONNECTION_LIMIT' });
  limit.enter('other');
  leave();
  limit.enter('greedy');
  assert.throws(() => limit.enter('greedy'), { code: 'CONNECTION_LIMIT' });
});
