// Filters agree with the index: what a filter passes is what its terms find, and an outcome goes with its verdict.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EntryFilter, filterTerms, matchesFilter, passes } from '../../src/record/entry-filter.ts';
import { eachTerm } from '../../src/record/entry-terms.ts';
import type { Entry, EntryBody } from '../../src/record/entry.ts';
import { outcomeOf, shadowOf, START, verdictOf } from './sample-bodies.ts';

function entryOf(body: EntryBody, sequence = 5): Entry {
  return { version: 1, sequence, time: '2026-01-02T03:04:05.678Z', previous: '0'.repeat(64), body };
}

const BLOCKED = entryOf(verdictOf('x1', { verdict: 'BLOCK', user: 'ada', ticket: 't_1', plan: { id: 'p_1', step: 1 } }), 4);
const TICKET = entryOf({
  type: 'ticket',
  ticket: 't_1',
  exchange: 'x1',
  move: 'approved',
  agent: 'support-bot',
  by: 'fay',
  channel: 'cli',
  binding: 'b'.repeat(64),
  note: '',
});

test('every kind must hold, and of its values any will do', () => {
  const holds = (filter: EntryFilter): boolean => matchesFilter(BLOCKED, filter);
  assert.ok(holds({}));
  assert.ok(holds({ agent: ['other', 'support-bot'], verdict: ['BLOCK'], type: ['verdict'] }));
  assert.ok(holds({ user: ['ada'], session: ['s1'], policy: ['mail-to-customers'], action: ['email.send'] }));
  assert.ok(holds({ ticket: ['t_1'], plan: ['p_1'], exchange: ['x1'] }));
  for (const filter of [{ agent: ['other'] }, { verdict: ['ALLOW'] }, { user: ['fay'] }, { policy: ['x'] }, { type: ['ticket'] }])
    assert.ok(!holds(filter), JSON.stringify(filter));
  assert.ok(!holds({ agent: ['support-bot'], verdict: ['WAIT'] }));
  assert.ok(matchesFilter(TICKET, { user: ['fay'], ticket: ['t_1'] }));
});

test('what the index would not find by a term does not match it either', () => {
  for (const body of [verdictOf('x1', { cause: 'x0' }), outcomeOf('x1', '4'), shadowOf('x1'), START, TICKET.body]) {
    const entry = entryOf(body);
    eachTerm(body, (kind, value) => assert.ok(matchesFilter(entry, { [kind]: [value] }), `${body.type} ${kind}`));
  }
  assert.ok(!matchesFilter(entryOf(START), { verdict: ['ALLOW'] }));
});

test('values narrow the search, unless there are very many, or a type among them is not indexed', () => {
  assert.deepEqual(filterTerms({ agent: ['a'], verdict: ['BLOCK', 'WAIT'], type: ['verdict'], user: ['u'] }), [
    { kind: 'verdict', value: 'BLOCK', or: ['WAIT'] },
    { kind: 'agent', value: 'a' },
  ]);
  assert.deepEqual(filterTerms({ type: ['ticket'] }), [{ kind: 'type', value: 'ticket' }]);
  assert.deepEqual(filterTerms({ type: ['ticket', 'verdict'] }), []);
  assert.deepEqual(filterTerms({ agent: Array.from({ length: 33 }, (_, i) => `a${i}`) }), []);
});

test('an outcome passes when its verdict does', async () => {
  const get = (sequence: number): Promise<Entry | undefined> => Promise.resolve(sequence === 4 ? BLOCKED : undefined);
  const outcome = entryOf(outcomeOf('x1', '4'));
  assert.ok(await passes(outcome, { agent: ['support-bot'], verdict: ['BLOCK'] }, get));
  assert.ok(!(await passes(outcome, { agent: ['other'] }, get)));
  assert.ok(!(await passes(outcome, { type: ['verdict'] }, get)));
  assert.ok(await passes(outcome, { type: ['outcome'], user: ['ada'] }, get));
  assert.ok(!(await passes(entryOf(outcomeOf('x1', '9')), { agent: ['support-bot'] }, get)));
});
