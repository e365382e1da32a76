// Pages of the chain as they are handed on: in order, bounded, filtered, waited for, and without hidden values unless they are asked for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatLine } from '../../src/export/format.ts';
import { type PageRequest, readPage, sequenceAt, type Source } from '../../src/export/page.ts';
import { canonical } from '../../src/record/canonical.ts';
import { leafHash } from '../../src/record/entry-codec.ts';
import { commit } from '../../src/record/commitment.ts';
import { outcomeOf, verdictOf } from '../record/sample-bodies.ts';
import { chainWith } from './chain-with.ts';

const ALL: PageRequest = { from: 0, count: 250, filter: {}, values: 'open', waitMs: 0 };

test('an open export is the chain itself: each line hashes to what the next one names, and nothing hidden is in it', async () => {
  const hostile = 'line one\nline two \u001b[31m \u2028 \u202e \u0085 end';
  await using chain = await chainWith([
    verdictOf('x1', { reason: hostile, agent: 'bot\u2028\u0085' }),
    outcomeOf('x1', '1'),
    verdictOf('x2', { verdict: 'BLOCK', reason: 'no' }),
  ]);
  const { lines, next, size } = await readPage(chain.ledger, ALL);
  assert.deepEqual([lines.length, next, size], [4, 4, 4]);
  const texts = lines.map((line) => formatLine(line, 'jsonl'));
  let previous = '0'.repeat(64);
  for (const text of texts) {
    assert.match(text, /^[\x20-\x7e]+$/);
    assert.ok(!text.includes('@customer.example'), text);
    const parsed = JSON.parse(text);
    assert.equal(parsed.previous, previous);
    previous = leafHash(canonical(parsed));
  }
});

test('revealed values open their commitments, and without them the line is still what the chain hashes', async () => {
  await using chain = await chainWith([verdictOf('x1'), verdictOf('x2')]);
  const { lines } = await readPage(chain.ledger, { ...ALL, from: 1, values: 'revealed' });
  const [first, second] = lines.map((line) => JSON.parse(formatLine(line, 'jsonl')));
  const { values, ...entry } = first;
  assert.equal(leafHash(canonical(entry)), second.previous);
  const { value, salt } = values['actions/0/facts/recipients'];
  assert.deepEqual(value, ['x1@customer.example']);
  assert.equal(entry.body.actions[0].facts.recipients.commitment, commit(value, salt));
  assert.equal(formatLine(lines[0] ?? assert.fail(), 'jsonl'), canonical(first));
});

test('the headers that a policy asked to be logged go with the line, and nothing else hidden does', async () => {
  const headers = { 'user-agent': 'curl/8\u001b[2J' };
  await using chain = await chainWith([verdictOf('x1', { verdict: 'ALLOW_LOG', headers }), verdictOf('x2', { headers })]);
  const { lines } = await readPage(chain.ledger, { ...ALL, from: 1 });
  const [logged, plain] = lines.map((line) => JSON.parse(formatLine(line, 'jsonl')));
  assert.deepEqual(Object.keys(logged.values), ['headers']);
  assert.deepEqual(logged.values.headers.value, headers);
  assert.equal(plain.values, undefined);
});

test('a filter narrows what is told, not what was looked at, and an outcome stays with its verdict', async () => {
  await using chain = await chainWith([
    verdictOf('x1', { agent: 'a' }),
    verdictOf('x2', { agent: 'b' }),
    outcomeOf('x1', '1'),
    outcomeOf('x2', '2'),
  ]);
  const page = await readPage(chain.ledger, { ...ALL, filter: { agent: ['b'] } });
  assert.deepEqual(
    page.lines.map(({ sequence }) => sequence),
    [2, 4],
  );
  assert.equal(page.next, 5);
  const short = await readPage(chain.ledger, { ...ALL, count: 2 });
  assert.deepEqual([short.lines.length, short.next, short.size], [2, 2, 5]);
  assert.deepEqual(await readPage(chain.ledger, { ...ALL, from: 99 }), { lines: [], next: 99, size: 5 });
});

test('a page is bounded in characters, however large its entries are', async () => {
  const big = Array.from({ length: 300 }, (_, i) => String(i).padEnd(2_000, 'x'));
  await using chain = await chainWith(Array.from({ length: 6 }, (_, i) => verdictOf(`x${i}`, { changed: big })));
  const { lines, next } = await readPage(chain.ledger, { ...ALL, values: 'revealed' });
  assert.ok(lines.length < 6, String(lines.length));
  assert.equal(next, lines.length);
});

test('the next entry is waited for, not longer than asked, and not when the caller has gone', async () => {
  await using chain = await chainWith();
  const began = performance.now();
  const empty = await readPage(chain.ledger, { ...ALL, from: 1, waitMs: 60 });
  assert.deepEqual([empty.lines.length, empty.next], [0, 1]);
  assert.ok(performance.now() - began >= 55);
  const waiting = readPage(chain.ledger, { ...ALL, from: 1, waitMs: 10_000 });
  await sleep(10);
  chain.ledger.note(verdictOf('x1'));
  assert.equal((await waiting).lines[0]?.sequence, 1);
  const left = new AbortController();
  const gone = readPage(chain.ledger, { ...ALL, from: 9, waitMs: 10_000 }, left.signal);
  left.abort();
  const leaving = performance.now();
  assert.equal((await gone).lines.length, 0);
  assert.ok(performance.now() - leaving < 8_000);
});

/** `size` entries as it says; what it reads may be more, when some were written meanwhile. */
function sourceOf(size: number, held: number) {
  const seen = { follows: 0, stops: 0, limits: [] as number[] };
  const source: Source = {
    size,
    get: () => Promise.resolve(undefined),
    follow() {
      seen.follows += 1;
      return () => (seen.stops += 1);
    },
    async *stored(from, limit) {
      seen.limits.push(limit);
      for (let sequence = from; sequence < held; sequence += 1) yield { sequence, text: 'x', hidden: null };
    },
  };
  return { source, seen };
}

test('a page asks for what it may hand on and no more, whatever the caller wants', async () => {
  const { source, seen } = sourceOf(1_000, 0);
  await readPage(source, { ...ALL, count: 1e9 });
  await readPage(source, { ...ALL, from: 2_000 });
  assert.deepEqual(seen.limits, [250, 0]);
});

test('an entry that was written while the page was read is of the next one', async () => {
  const { source } = sourceOf(2, 4);
  const { lines, next } = await readPage(source, ALL);
  assert.deepEqual([lines.length, next], [2, 2]);
});

test('what is there is not waited for, and who waited no longer listens', async () => {
  const there = sourceOf(1, 1);
  assert.equal((await readPage(there.source, { ...ALL, waitMs: 60_000 })).lines.length, 1);
  assert.equal(there.seen.follows, 0);
  const empty = sourceOf(0, 0);
  await readPage(empty.source, ALL);
  assert.equal(empty.seen.follows, 0);
  await readPage(empty.source, { ...ALL, waitMs: 1 });
  assert.deepEqual([empty.seen.follows, empty.seen.stops], [1, 1]);
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const follow = (onWritten: () => void) => (onWritten(), () => undefined);
  await readPage({ ...empty.source, follow }, { ...ALL, waitMs: 60_000 });
  assert.equal(timers(), before, 'no timer is left behind');
});

test('a moment is found by halving', async () => {
  await using chain = await chainWith([verdictOf('x1')]);
  assert.equal(await sequenceAt(chain.ledger, 0), 0);
  assert.equal(await sequenceAt(chain.ledger, Date.now() + 60_000), 2);
});
