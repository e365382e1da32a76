// Unfinished exchanges, gaps, restarts and clock steps are noticed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeEntry } from '../../src/record/entry-codec.ts';
import type { EntryBody, TicketBody } from '../../src/record/entry.ts';
import { trackExchanges } from '../../src/record/exchange-tracker.ts';
import type { Noticed } from '../../src/record/exchange-tracker.ts';
import { chainPairs, outcomeOf, START, verdictOf } from './sample-bodies.ts';

function notice(bodies: readonly EntryBody[], times: readonly string[] = []): Noticed {
  const tracker = trackExchanges();
  for (const [, text] of chainPairs(bodies, times).pairs) {
    const entry = decodeEntry(text);
    if (entry !== null) tracker.see(entry);
  }
  return tracker.result();
}

const spent = (exchange: string): TicketBody => ({
  type: 'ticket',
  ticket: 't_1',
  exchange,
  move: 'spent',
  agent: 'a',
  by: null,
  channel: 'proxy',
  binding: 'b',
  note: '',
});

test('a forwarded exchange without outcome is unfinished, a blocked one is not', () => {
  const verdicts = (['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK'] as const).map((verdict) =>
    verdictOf(verdict, { verdict }),
  );
  assert.equal(notice(verdicts).unfinished, 3);
  assert.equal(notice([...verdicts, outcomeOf('ALLOW', '0')]).unfinished, 2);
});

test('a released WAIT must end too', () => {
  const wait = verdictOf('w', { verdict: 'WAIT' });
  assert.equal(notice([wait, spent('w')]).unfinished, 1);
  assert.equal(notice([wait, spent('w'), outcomeOf('w', '0')]).unfinished, 0);
});

test('gaps are counted and told', () => {
  const { gaps, notes } = notice([START, { type: 'gap', refused: 4, since: '2026-01-01T00:00:00.000Z', note: 'x' }]);
  assert.equal(gaps, 1);
  assert.match(notes.join(), /4 actions were refused/);
});

test('a restart after no stop is told with what was surely on disk', () => {
  const stop: EntryBody = { type: 'stop', version: '0', syncedSize: 1, note: '' };
  assert.deepEqual(notice([START, stop, START]).notes, ['started 2 times']);
  const crashed = notice([START, verdictOf('x'), { ...START, syncedSize: 1 }]).notes.join();
  assert.match(crashed, /did not stop in order; 1 entries were surely on disk, 2 were found/);
});

test('a clock that steps back is told, a small step is not', () => {
  const times = ['2026-01-01T00:01:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.500Z', '2026-01-01T00:00:00.000Z'];
  assert.deepEqual(
    notice(
      [START, verdictOf('a', { verdict: 'BLOCK' }), verdictOf('b', { verdict: 'BLOCK' }), verdictOf('c', { verdict: 'BLOCK' })],
      times,
    ).notes,
    ['entry 1: the clock stepped back by 60 s'],
  );
});

test('what stands in the place of a lost entry has the time of its repair, which says nothing of the clock', () => {
  const times = ['2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z'];
  const [before, after] = ['a', 'b'].map((exchange) => verdictOf(exchange, { verdict: 'BLOCK' }));
  assert.ok(before !== undefined && after !== undefined);
  assert.deepEqual(notice([before, { type: 'lost' }, after], times).notes, []);
});

test('notes are bounded', () => {
  const gap: EntryBody = { type: 'gap', refused: 1, since: 's', note: '' };
  const { notes, gaps } = notice(Array.from({ length: 500 }, () => gap));
  assert.equal(gaps, 500);
  assert.equal(notes.length, 21);
  assert.equal(notes.at(-1), 'and 480 more notes');
});

test('numbered requests that are not there are counted, by agent and session; own requests carry no number', () => {
  const numbered = (exchange: string, agentSequence: number, more: object = {}): EntryBody =>
    verdictOf(exchange, { verdict: 'BLOCK', agentSequence, ...more });
  const { missingRequests, notes } = notice([
    numbered('a', 1),
    numbered('b', 3),
    numbered('c', 1, { session: 's2' }),
    numbered('d', 9, { cause: 'a' }),
  ]);
  assert.equal(missingRequests, 1);
  assert.match(notes.join(), /numbered its requests, and 1 never came to be recorded: 2/);
});
