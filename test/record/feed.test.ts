// The feed and its index over a real chain: found by what entries tell, page by page, after restarts and after damage.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openLedger, type OpenLedger } from '../../src/record/chain.ts';
import { INDEX_FOLDER, openEntryIndex, type EntryIndex } from '../../src/record/entry-index.ts';
import { findEntries, type EntryQuery } from '../../src/record/entry-query.ts';
import { openFeed, type Feed } from '../../src/record/feed.ts';
import { createStatistics } from '../../src/record/statistics.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';
import type { Term } from '../../src/record/entry-terms.ts';

interface Followed {
  readonly ledger: OpenLedger;
  readonly index: EntryIndex;
  readonly feed: Feed;
  find(change?: Partial<EntryQuery>): Promise<{ found: string[]; next: number | null }>;
  close(): Promise<void>;
}

async function follow(dataDir: string): Promise<Followed> {
  const ledger = await openLedger({ dataDir, version: 'test' });
  const index = await openEntryIndex(dataDir, ledger);
  const feed = await openFeed({
    ledger,
    index,
    statistics: createStatistics(),
    onProblem: (error) => assert.fail(String(error)),
  });
  return {
    ledger,
    index,
    feed,
    async find(change = {}) {
      await feed.settled(60_000);
      const query = { terms: [], before: null, limit: 10, since: null, until: null, matches: () => true, ...change };
      const { entries, next } = await findEntries(query, { ledger, index });
      const found = entries.map(({ body, sequence }) =>
        'exchange' in body ? `${body.type} ${body.exchange}` : `${body.type} ${sequence}`,
      );
      return { found, next };
    },
    async close() {
      await feed.close();
      await ledger.close();
    },
  };
}

const agent = (value: string): Term => ({ kind: 'agent', value });
const verdict = (value: string): Term => ({ kind: 'verdict', value });

async function fill(ledger: OpenLedger, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const { entry } = await ledger.append(
      verdictOf(`x${i}`, { agent: i % 3 === 0 ? 'a' : 'b', verdict: i % 7 === 0 ? 'BLOCK' : 'ALLOW' }),
      'written',
    );
    if (i % 2 === 0) ledger.note(outcomeOf(`x${i}`, entry));
  }
  await ledger.flush();
}

async function followed(t: TestContext): Promise<{ readonly folder: string; readonly it: Followed }> {
  const folder = temporaryFolder(t);
  const it = await follow(folder);
  return { folder, it };
}

test('entries are found by what they tell, all of it, newest first and page by page', async (t) => {
  const { it } = await followed(t);
  await fill(it.ledger, 200);
  const both = Array.from({ length: 200 }, (_, i) => i).filter((i) => i % 21 === 0);
  const seen: string[] = [];
  let before: number | null = null;
  do {
    const page: { found: string[]; next: number | null } = await it.find({
      terms: [agent('a'), verdict('BLOCK')],
      limit: 3,
      before,
    });
    seen.push(...page.found);
    before = page.next;
  } while (before !== null);
  assert.deepEqual(
    seen,
    both.toReversed().map((i) => `verdict x${i}`),
  );
  assert.deepEqual((await it.find({ terms: [agent('nobody')] })).found, []);
  assert.deepEqual((await it.find({ terms: [{ kind: 'exchange', value: 'x4' }] })).found, ['outcome x4', 'verdict x4']);
  assert.equal((await it.find({ terms: [{ kind: 'action', value: 'email.send' }], limit: 1 })).found[0], 'verdict x199');
  assert.equal((await it.find({ terms: [{ kind: 'host', value: 'api.resend.com' }], limit: 1 })).found[0], 'verdict x199');
  await it.close();
});

test('without a term the chain is walked from its end, and what became of a verdict is at hand', async (t) => {
  const { it } = await followed(t);
  await fill(it.ledger, 150);
  const seen: string[] = [];
  let before: number | null = null;
  do {
    const page: { found: string[]; next: number | null } = await it.find({ limit: 40, before });
    seen.push(...page.found);
    before = page.next;
  } while (before !== null);
  assert.equal(seen.length, 226);
  assert.equal(seen.at(-1), 'start 0');
  const first = Number((await it.ledger.tail(226)).find(({ body }) => body.type === 'verdict')?.sequence);
  assert.deepEqual(await it.index.outcomeOf(first), { result: 'sent', status: 200, durationMs: 3 });
  assert.equal(await it.index.outcomeOf(0), null);
  await it.close();
});

test('since and until bound what is found', async (t) => {
  const { it } = await followed(t);
  await fill(it.ledger, 5);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const middle = Date.now();
  await fill(it.ledger, 4);
  assert.equal((await it.find({ since: middle })).found.length, 6);
  assert.equal((await it.find({ until: middle, limit: 50 })).found.length, 9);
  assert.equal((await it.find({ until: middle, terms: [agent('a')] })).found.length, 2);
  assert.equal((await it.find({ since: middle, terms: [agent('a')] })).found.length, 2);
  await it.close();
});

test('a search that looks at too much stops with a place to go on from', async (t) => {
  const { it } = await followed(t);
  for (let i = 0; i < 2_200; i += 1) it.ledger.note(verdictOf(`x${i}`));
  await it.ledger.flush();
  const first = await it.find({ matches: () => false });
  assert.deepEqual([first.found.length, first.next !== null], [0, true]);
  assert.equal((await it.find({ matches: () => false, before: first.next })).next, null);
  await it.close();
});

test('the index goes on where it was, and is made anew when it is damaged, gone, or of another chain', async (t) => {
  const { folder, it } = await followed(t);
  await fill(it.ledger, 20);
  await it.feed.settled(60_000);
  await it.close();
  const again = await follow(folder);
  assert.ok(again.index.size >= 20, 'it did not go on where it was');
  assert.equal((await again.find({ terms: [agent('a')], limit: 50 })).found.length, 7);
  await again.close();
  const index = join(folder, INDEX_FOLDER);
  for (const name of readdirSync(index).filter((one) => one.startsWith('MANIFEST'))) writeFileSync(join(index, name), 'damaged');
  const mended = await follow(folder);
  assert.equal(mended.index.size, 0);
  assert.equal((await mended.find({ terms: [agent('a')], limit: 50 })).found.length, 7);
  await mended.close();
  rmSync(join(folder, 'ledger'), { recursive: true });
  for (const name of readdirSync(folder).filter((one) => one.includes('key'))) rmSync(join(folder, name), { recursive: true });
  const other = await follow(folder);
  assert.equal((await other.find({ terms: [agent('a')], limit: 50 })).found.length, 0);
  await other.close();
});

test('watchers are told every entry once, in order, and one that throws stops nothing', async (t) => {
  const { it } = await followed(t);
  const told: number[] = [];
  it.feed.watch(() => {
    throw new Error('broken');
  });
  const stop = it.feed.watch((entries) => told.push(...entries.map(({ sequence }) => sequence)));
  await fill(it.ledger, 30);
  await it.feed.settled(60_000);
  assert.deepEqual(
    told,
    Array.from({ length: told.length }, (_, i) => i + (told[0] ?? 0)),
  );
  assert.ok(told.length >= 45);
  stop();
  await fill(it.ledger, 1);
  await it.feed.settled(60_000);
  assert.equal(it.feed.size, it.ledger.size);
  assert.ok((told.at(-1) ?? 0) < it.ledger.size - 1);
  await it.close();
});

test('who listens to nothing costs no reading, and who listens again hears what is written from then on', async (t) => {
  const { it } = await followed(t);
  await it.feed.settled(60_000);
  const told: number[] = [];
  let listens = false;
  it.feed.watch(
    (entries) => told.push(...entries.map(({ sequence }) => sequence)),
    () => listens,
  );
  await fill(it.ledger, 10);
  await it.feed.settled(60_000);
  assert.deepEqual(told, []);
  const from = it.feed.size;
  listens = true;
  await fill(it.ledger, 10);
  await it.feed.settled(60_000);
  assert.deepEqual(
    told,
    Array.from({ length: it.ledger.size - from }, (_, i) => from + i),
  );
  await it.close();
});

test('an index that can not be written takes the same entries in again, and they are counted once', async (t) => {
  const folder = temporaryFolder(t);
  const ledger = await openLedger({ dataDir: folder, version: 'test' });
  let failures = 0;
  const index = await openEntryIndex(folder, {
    get(sequence) {
      failures += 1;
      return failures < 3 ? Promise.reject(new Error('no space left on device')) : ledger.get(sequence);
    },
  });
  const statistics = createStatistics();
  const feed = await openFeed({ ledger, index, statistics, retryMs: 10, onProblem: () => undefined });
  await fill(ledger, 30);
  await feed.settled(60_000);
  assert.ok(failures >= 3);
  assert.equal(index.size, ledger.size);
  assert.equal((await index.newest(agent('a'), ledger.size, 100)).length, 10);
  assert.equal(
    statistics.view(60, 60).agents.reduce((sum, { count }) => sum + count, 0),
    30,
  );
  await feed.close();
  await ledger.close();
});

test('what the chain did not tell of is read back: nothing is left out', async (t) => {
  const folder = temporaryFolder(t);
  const ledger = await openLedger({ dataDir: folder, version: 'test' });
  const index = await openEntryIndex(folder, ledger);
  let groups = 0;
  const deaf: OpenLedger = {
    ...ledger,
    get size() {
      return ledger.size;
    },
    // As after a write whose answer was lost: every third group is not told of.
    follow: (told) => ledger.follow((first, entries) => ((groups += 1) % 3 === 0 ? undefined : told(first, entries))),
  };
  const feed = await openFeed({
    ledger: deaf,
    index,
    statistics: createStatistics(),
    onProblem: (error) => assert.fail(String(error)),
  });
  await fill(ledger, 40);
  await feed.settled(60_000);
  assert.ok(groups > 10);
  const found = [...(await index.newest(agent('a'), ledger.size, 100)), ...(await index.newest(agent('b'), ledger.size, 100))];
  assert.equal(new Set(found).size, 40);
  assert.equal(found.length, 40);
  await feed.close();
  await ledger.close();
});

test('a page of what is found begins and ends where it is asked to', async (t) => {
  const { it } = await followed(t);
  for (let i = 0; i < 300; i += 1) it.ledger.note(verdictOf(`x${i}`, { agent: 'a' }));
  await it.ledger.flush();
  await it.feed.settled(60_000);
  const all = await it.index.newest(agent('a'), Number.MAX_SAFE_INTEGER, 1_000);
  assert.equal(all.length, 300);
  assert.deepEqual(
    all,
    all.toSorted((a, b) => b - a),
  );
  const middle = all[150] ?? 0;
  assert.deepEqual(await it.index.newest(agent('a'), middle, 20), all.slice(151, 171));
  assert.deepEqual(await it.index.newest(agent('a'), all.at(-1) ?? 0, 20), []);
  await it.close();
});
