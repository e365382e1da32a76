// Names in any case: found once, or not at all.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { looseKeys, looseMembers } from '../../src/classify/loose-members.ts';

test('a member is found in any spelling', () => {
  assert.deepEqual(looseMembers({ TORECIPIENTS: 1, other: 2 }, ['toRecipients', 'cc']), { toRecipients: 1 });
  assert.deepEqual(looseMembers({ '\u212aey': 1 }, ['key']), { key: 1 });
  assert.equal(looseKeys({ Message: 1 }, ['message'])?.get('message'), 'Message');
});

test('two spellings are none', () => {
  assert.equal(looseMembers({ message: 1, Message: 1 }, ['message']), null);
  assert.equal(looseKeys({ a: 1, A: 1 }, ['a']), null);
});
