// What people and scripts see of an entry.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryLines, entryRow, entryView, strictestAction } from '../../src/record/entry-view.ts';
import type { Entry, EntryBody } from '../../src/record/entry.ts';
import { mailAction, outcomeOf, SAMPLE_TIME, START, verdictOf } from './sample-bodies.ts';

const entryOf = (body: EntryBody): Entry => ({ version: 1, sequence: 7, time: SAMPLE_TIME, previous: '0'.repeat(64), body });

test('a verdict has the usual keys and all the rest', () => {
  const body = verdictOf('x1');
  const view = entryView(entryOf(body));
  const { id, time, type, agent, action, verdict, policies } = view;
  assert.deepEqual(
    { id, time, type, agent, action, verdict, policies },
    {
      id: '7',
      time: SAMPLE_TIME,
      type: 'verdict',
      agent: 'support-bot',
      action: 'email.send',
      verdict: 'ALLOW',
      policies: ['mail-to-customers'],
    },
  );
  assert.equal(view['exchange'], 'x1');
  assert.deepEqual(view['actions'], body.actions);
});

test('the strictest action gives the name', () => {
  const actions = [
    mailAction('a'),
    { ...mailAction('b'), action: 'repo.push', verdict: 'WAIT' as const },
    { ...mailAction('c'), action: 'late', verdict: 'WAIT' as const },
  ];
  assert.equal(strictestAction(verdictOf('x', { actions }))?.action, 'repo.push');
  assert.equal(strictestAction(verdictOf('x', { actions: [] })), undefined);
});

test('every type has the same keys, policies always a list', () => {
  const bundle: EntryBody = { type: 'bundle', move: 'loaded', digest: 'ab', policies: 12, note: '' };
  const view = entryView(entryOf(bundle));
  assert.deepEqual([view.policies, view['policyCount'], view.agent, view.action, view.verdict], [[], 12, null, null, null]);
});

test('rows and lines are plain text whatever an agent wrote', () => {
  const hostile = verdictOf('x', {
    agent: 'a\u001b[2J',
    reason: 'ok\n8  fake row\u202e',
    actions: [{ ...mailAction('a'), resource: { type: 'Host', id: '\u009b31m' } }],
  });
  for (const text of [entryRow(entryOf(hostile)), ...entryLines(entryOf(hostile))]) {
    assert.ok(!/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/.test(text), JSON.stringify(text));
  }
  assert.ok(entryRow(entryOf(verdictOf('x', { reason: 'x'.repeat(5000) }))).length <= 240);
});

test('each type has a row', () => {
  const bodies: EntryBody[] = [
    outcomeOf('x', '6'),
    START,
    { type: 'gap', refused: 3, since: SAMPLE_TIME, note: 'disk full' },
    { type: 'refusals', source: '192.0.2.1', count: 2, codes: { IDENTITY_REQUIRED: 2 }, sample: 'CONNECT x' },
    {
      type: 'ticket',
      ticket: 't_1',
      exchange: null,
      move: 'approved',
      agent: 'a',
      by: 'ann',
      channel: 'cli',
      binding: 'b',
      note: '',
    },
    { type: 'directory', move: 'added', entity: { type: 'Agent', id: 'a' }, parents: [] },
  ];
  for (const body of bodies) assert.match(entryRow(entryOf(body)), new RegExp(`^7  ${SAMPLE_TIME}  ${body.type}`));
});
