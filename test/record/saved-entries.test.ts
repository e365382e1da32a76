// What is left of a ledger, entry by entry: what follows holds, what does not is lost, and what was dropped is neither.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DroppedPart } from '../../src/record/dropped-part.ts';
import { decodeEntry, encodeEntry, leafHash, NO_PREVIOUS } from '../../src/record/entry-codec.ts';
import { savedEntries } from '../../src/record/saved-entries.ts';
import { entryKey, hiddenKey } from '../../src/record/store-keys.ts';
import { memoryStore } from './memory-store.ts';
import { type Pair, SAMPLE_TIME } from './sample-bodies.ts';

const OUTCOME = '{"type":"outcome"}';
const LOST = '{"type":"lost"}';

/** Texts of a whole chain. */
function chain(count: number, bodyOf: (sequence: number) => string = () => OUTCOME): string[] {
  let previous = NO_PREVIOUS;
  return Array.from({ length: count }, (_, sequence) => {
    const text = encodeEntry(bodyOf(sequence), previous, sequence, SAMPLE_TIME);
    previous = leafHash(text);
    return text;
  });
}

const pairsOf = (texts: readonly string[]): Pair[] => texts.map((text, i) => [entryKey(i), text]);

/** `kept`: the entry that outlived it, if it is one of it; null: what outlived it does not read. */
function droppedOf(first: number, entries: number, texts: readonly string[], kept: number | null): DroppedPart {
  const end = Math.min(first + entries, (kept ?? first) + 1);
  const stored = texts.slice(kept ?? first, end).map((text) => decodeEntry(text) ?? assert.fail());
  return {
    manifest: {
      ...{ ledger: '', first, entries, previous: '', last: leafHash(texts[first + entries - 1] ?? ''), node: '', sha256: '' },
      ...{ bytes: 0, withValues: 0, from: SAMPLE_TIME, to: SAMPLE_TIME, path: [], checkpoint: '' },
    },
    kept: kept === null ? 'it does not read' : stored,
  };
}

interface Left {
  readonly live?: readonly Pair[];
  readonly sealed?: readonly Pair[];
  readonly end?: number;
  readonly dropped?: readonly DroppedPart[];
  readonly size?: number;
}

/** A word for each: `3` is there, `3+x` with its hidden values, `-3` is lost, `0..3` was dropped. */
async function words({ live = [], sealed = [], end = 0, dropped = [], size = 0 }: Left): Promise<string> {
  const store = memoryStore();
  for (const [key, value] of live) store.pairs.set(key, value);
  const salvage = {
    get: (key: string) => store.get(key),
    damages: [],
    async *pairs(range: { readonly from: string; readonly to: string }) {
      for await (const page of store.pages(range)) yield* page;
    },
  };
  const pairs = async function* (): AsyncGenerator<Pair> {
    yield* await Promise.resolve(sealed);
  };
  const found: string[] = [];
  const remains = { salvage, sealed: { end, width: 4, dropped, damaged: new Set<number>(), damages: [], pairs } };
  for await (const one of savedEntries(remains, size)) {
    if (one.dropped !== null) found.push(`${one.sequence}..${one.sequence + one.dropped.manifest.entries - 1}`);
    else if (one.saved === null) found.push(`-${one.sequence}`);
    else {
      assert.equal(one.saved.entry.sequence, one.sequence);
      found.push(one.saved.hidden === null ? String(one.sequence) : `${one.sequence}+${one.saved.hidden}`);
    }
  }
  return found.join(' ');
}

test('a whole chain is all there, each entry with the values that lie beside it', async () => {
  const live = pairsOf(chain(3));
  assert.equal(await words({ live, size: 3 }), '0 1 2');
  assert.equal(await words({ live: [...live, [hiddenKey(0), 'x'], [hiddenKey(2), 'y']] }), '0+x 1 2+y');
  assert.equal(await words({ live: [...live, ['e:!', 'foreign'], [`${entryKey(1)}!`, 'foreign'], ['m:head', 'x']] }), '0 1 2');
  assert.equal(await words({}), '');
});

test('what is not there is lost, up to what was signed, and its values belong to no other entry', async () => {
  const all = pairsOf(chain(5));
  const left = [...all.slice(0, 1), ...all.slice(3, 4)];
  assert.equal(await words({ live: [...left, [hiddenKey(2), 'x'], [hiddenKey(4), 'y']], size: 6 }), '0 -1 -2 3 -4 -5');
  assert.equal(await words({ size: 2 }), '-0 -1');
});

test('an entry that does not read, stands elsewhere or follows another is lost, and what follows it is believed', async () => {
  const texts = chain(5);
  const other = chain(5, () => '{"type":"stop"}');
  for (const bad of ['no entry', other[2] ?? '', texts[3] ?? '']) {
    const live = pairsOf(texts.with(2, bad));
    assert.equal(await words({ live: [...live, [hiddenKey(2), 'x']] }), '0 1 -2 3 4', bad);
  }
  const [first = '', , , third = ''] = texts;
  const displaced: Pair[] = [
    [entryKey(0), first],
    [entryKey(2), third],
  ];
  assert.equal(await words({ live: displaced }), '0 -1 -2', 'also where nothing before it is known');
  const unhinged = [...texts.slice(0, 2), ...other.slice(2)];
  assert.equal(await words({ live: pairsOf(unhinged) }), '0 1 -2 3 4', 'one that follows none is the end of what is known');
  assert.equal(
    await words({ live: pairsOf(other).toSpliced(0, 1, [entryKey(0), encodeEntry(OUTCOME, 'f'.repeat(64), 0, SAMPLE_TIME)]) }),
    '-0 1 2 3 4',
  );
});

test('what an earlier repair put in the place of a lost entry is followed by whatever comes', async () => {
  const texts = chain(4, (sequence) => (sequence === 1 ? LOST : OUTCOME));
  const behind = chain(4, () => '{"type":"stop"}');
  assert.equal(await words({ live: pairsOf([...texts.slice(0, 2), ...behind.slice(2)]) }), '0 1 2 3');
});

test('what is sealed comes from there alone, and what is missing of it is lost', async () => {
  const all = pairsOf(chain(6));
  const live: Pair[] = [...all, [hiddenKey(1), 'erased since']];
  assert.equal(await words({ live, sealed: all.slice(0, 4), end: 4 }), '0 1 2 3 4 5');
  assert.equal(await words({ live, sealed: all.slice(1, 3), end: 4 }), '-0 1 2 -3 4 5');
  assert.equal(await words({ sealed: all.slice(0, 2), end: 4, size: 3 }), '0 1 -2 -3');
});

test('what was dropped is told in one, and what follows it must follow its last entry', async () => {
  const texts = chain(6);
  const all = pairsOf(texts);
  const other = pairsOf(chain(6, () => '{"type":"stop"}')).slice(4);
  const dropped = [droppedOf(0, 4, texts, 4)];
  assert.equal(await words({ live: all, end: 4, dropped }), '0..3 4 5');
  assert.equal(await words({ live: other, end: 4, dropped }), '0..3 -4 5');
  assert.equal(await words({ end: 4, dropped, size: 6 }), '0..3 -4 -5');
  assert.equal(await words({ live: other, end: 4, dropped: [droppedOf(0, 4, texts, null)] }), '0..3 -4 5');
  const twice = [droppedOf(0, 2, texts, 2), droppedOf(2, 2, texts, 4)];
  assert.equal(await words({ live: all, end: 4, dropped: twice }), '0..1 2..3 4 5');
});

test('a dropped part whose last entry was lost is followed by whatever comes, and one that lost another is not', async () => {
  const other = pairsOf(chain(6, () => '{"type":"stop"}')).slice(4);
  for (const [at, body, followed] of [
    [3, LOST, '4 5'],
    [3, '{"type":"key"}', '-4 5'],
    [2, LOST, '-4 5'],
  ] as const) {
    const texts = chain(6, (sequence) => (sequence === at ? body : OUTCOME));
    assert.equal(await words({ live: other, end: 4, dropped: [droppedOf(0, 4, texts, at)] }), `0..3 ${followed}`);
  }
});
