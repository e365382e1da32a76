// One plain number or none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentSequence } from '../../src/http/agent-sequence.ts';

test('one plain number from 1 on, and nothing else', () => {
  assert.equal(agentSequence(['1']), 1);
  assert.equal(agentSequence(['999999999999999']), 999_999_999_999_999);
  for (const values of [[], ['0'], ['-1'], ['01'], ['1.5'], ['1e3'], [' 1'], ['1000000000000000'], ['1', '2'], ['1', '1'], ['x']])
    assert.equal(agentSequence(values), null);
});
