// Which facts are told openly: none that names a person, and none that may hold a secret.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { OPEN_FACTS } from '../../src/record/open-facts.ts';

it('tells openly where and what, never who or with what words', () => {
  for (const fact of ['host', 'method', 'verb', 'tables']) assert.ok(OPEN_FACTS.has(fact), fact);
  for (const fact of ['recipients', 'sender', 'counterparty', 'subject', 'path', 'query', 'destinations']) {
    assert.ok(!OPEN_FACTS.has(fact), fact);
  }
});
