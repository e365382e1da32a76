// A report under the names that the client asked for.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hasLanded, translateReport } from '../../src/enforce/reroute-report.ts';

const rerouted = [{ asked: 'refs/heads/main', landed: 'refs/heads/agent/bot/main', old: '0'.repeat(40), new: 'b'.repeat(40) }];
const ours = ['refname refs/heads/agent/bot/main', `old-oid ${'0'.repeat(40)}`, `new-oid ${'b'.repeat(40)}`];
const one = (result: { ref: string; error: string | null; options: string[] }) =>
  translateReport({ unpack: 'ok', results: [result] }, rerouted).results[0];

it('says where the commits went', () => {
  assert.deepEqual(one({ ref: 'refs/heads/agent/bot/main', error: null, options: [] }), {
    ref: 'refs/heads/main',
    error: null,
    options: ours,
  });
});
it('keeps what upstream reported, in the order of the protocol', () => {
  const options = ['refname refs/pull/7/head', 'forced-update'];
  assert.deepEqual(one({ ref: 'refs/heads/agent/bot/main', error: null, options })?.options, [
    'refname refs/pull/7/head',
    ours[1],
    ours[2],
    'forced-update',
  ]);
});
it('passes a no and other refs on', () => {
  assert.deepEqual(one({ ref: 'refs/heads/agent/bot/main', error: 'hook declined', options: [] }), {
    ref: 'refs/heads/main',
    error: 'hook declined',
    options: [],
  });
  const other = { ref: 'refs/heads/topic', error: null, options: [] };
  assert.deepEqual(one(other), other);
});
it('counts a landing only by upstream’s own word', () => {
  const results = [
    { ref: 'refs/heads/x', error: null, options: [] },
    { ref: 'refs/heads/y', error: 'no', options: [] },
  ];
  assert.equal(hasLanded({ unpack: 'ok', results }, 'refs/heads/x'), true);
  assert.equal(hasLanded({ unpack: 'ok', results }, 'refs/heads/y'), false);
  assert.equal(hasLanded({ unpack: 'ok', results }, 'refs/heads/z'), false);
  assert.equal(hasLanded({ unpack: 'index-pack failed', results }, 'refs/heads/x'), false);
  assert.equal(hasLanded(null, 'refs/heads/x'), false);
});
