// The status of a refusal in a vendor's shape: one that SDKs do not retry.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonAnswer } from '../../src/providers/json-answer.ts';
import type { Refusal } from '../../src/providers/refusal.ts';

const refusal = (kind: Refusal['kind'], status: number): Refusal => ({
  kind,
  reason: 'r',
  policies: [],
  entry: null,
  ticket: null,
  status,
});

test('policy and people answer 403 whatever was asked, failures keep their status', () => {
  for (const kind of ['blocked', 'pending', 'denied'] as const) assert.equal(jsonAnswer(refusal(kind, 429), {}).status, 403);
  assert.equal(jsonAnswer(refusal('failed', 502), {}).status, 502);
});

test('the document is sent as JSON beside the vendor’s own fields', () => {
  const answer = jsonAnswer(refusal('blocked', 403), { a: 'ü' }, ['x-b', 'c']);
  assert.deepEqual(answer.headers, ['content-type', 'application/json', 'x-b', 'c']);
  assert.equal(answer.body.toString('utf8'), '{"a":"ü"}');
});
