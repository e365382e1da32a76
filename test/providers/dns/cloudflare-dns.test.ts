// Cloudflare's batch of record changes: each of its lists counts, and one that the server may read and we do not makes it unread (E17, E24).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/classify/registry.ts';
import { requestView } from '../../support/request-view.ts';

function facts(document: unknown) {
  const request = requestView('POST', `/client/v4/zones/${'0a'.repeat(16)}/dns_records/batch`, {
    host: 'api.cloudflare.com',
    headers: ['Content-Type', 'application/json'],
  });
  const bytes = Buffer.from(JSON.stringify(document));
  const [action] = recognise({ ...request, hasBody: true }).classify({ bytes, problem: null }).actions;
  return action?.facts ?? {};
}

const RECORD = { name: 'a.example.com', type: 'A', content: '203.0.113.1' };

test('posts, puts, patches and deletes are one batch', () => {
  const read = facts({ posts: [RECORD], puts: [RECORD], patches: [{ id: 'r1' }], deletes: [{ id: 'r2' }] });
  assert.deepEqual([read['inspected'], read['changeCount'], read['changes']], [true, 4, ['create', 'upsert', 'delete']]);
});

test('a list under a key that only looks alike, and one that is none, make all of it unread', () => {
  for (const document of [
    { posts: [RECORD], Deletes: [{ id: 'r2' }] },
    { posts: [RECORD], deleteſ: [{ id: 'r2' }] },
    { posts: [{ ...RECORD, Name: 'b.example.com' }] },
    { posts: [RECORD], deletes: { id: 'r2' } },
    { posts: [RECORD, 'r2'] },
    { posts: [] },
  ])
    assert.equal(facts(document)['inspected'], false, JSON.stringify(document));
});
