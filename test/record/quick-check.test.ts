// The quick check of an entry says the same as the whole one, or nothing; and it says something of nearly every entry.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeEntry, leafHash, NO_PREVIOUS } from '../../src/record/entry-codec.ts';
import { quickCheck } from '../../src/record/quick-check.ts';
import { checkHidden } from '../../src/record/verify-hidden.ts';
import { chainPairs, mailAction, outcomeOf, shadowOf, verdictOf } from './sample-bodies.ts';

const ofTexts = quickCheck();
const ofBytes = quickCheck();
const quick: Pick<typeof ofTexts, 'check'> = {
  check(place, text, hidden) {
    const checked = ofTexts.check(place, text, hidden);
    const [entry, values] = [Buffer.from(text), Buffer.from(hidden ?? '')];
    const line = { entries: entry, at: 0, end: entry.length, hidden: values, hiddenAt: 0, hiddenEnd: values.length };
    assert.deepEqual(ofBytes.checkLine(place, line), checked, 'bytes say another thing than their text');
    return checked;
  },
};
const FIRST = { sequence: 0, previous: NO_PREVIOUS };

function storedOf(body: Parameters<typeof chainPairs>[0][number]): { text: string; hidden: string | null } {
  const [entry, hidden] = chainPairs([body]).pairs;
  return { text: entry?.[1] ?? '', hidden: hidden?.[1] ?? null };
}

test('of verdicts and outcomes it tells what the whole check would, of the rest nothing', () => {
  for (const body of [
    verdictOf('x-1'),
    verdictOf('x-2', { reason: '', query: 'a=1', headers: { x: 'y' }, changed: ['z'] }),
    verdictOf('x-3', { actions: Array.from({ length: 12 }, (_, i) => mailAction(`c${i}@customer.example`)) }),
    verdictOf('über\u2028\u{1f600}', { reason: 'tab\t quote" \\ \u0001 ü' }),
    outcomeOf('x-4', '0'),
  ]) {
    const { text, hidden } = storedOf(body);
    const checked = quick.check(FIRST, text, hidden);
    assert.ok(checked !== null, text);
    assert.equal(checked.hash, leafHash(text));
    const entry = decodeEntry(text);
    assert.deepEqual(
      [checked.entry.time, checked.entry.body['type'], checked.entry.body['exchange']],
      [entry?.time, entry?.body['type'], entry?.body['exchange']],
    );
    assert.equal(checked.erased, checkHidden(text, entry?.body ?? null, hidden).erased);
    if (hidden !== null)
      assert.equal(quick.check(FIRST, text, null)?.erased, checkHidden(text, entry?.body ?? null, null).erased);
  }
  const shadow = storedOf(shadowOf('x-5'));
  assert.equal(quick.check(FIRST, shadow.text, shadow.hidden), null);
  const numbered = storedOf(verdictOf('x-6', { agentSequence: 4 }));
  assert.equal(quick.check(FIRST, numbered.text, numbered.hidden), null);
});

test('a value that was erased is counted, and the others are held against theirs', () => {
  const { text, hidden } = storedOf(verdictOf('x-1', { query: 'a=1' }));
  const places = Object.entries(JSON.parse(hidden ?? '{}') as Record<string, unknown>);
  assert.ok(places.length > 2);
  for (let gone = 0; gone < places.length; gone += 1) {
    const left = JSON.stringify(Object.fromEntries(places.filter((_, i) => i !== gone)));
    assert.equal(quick.check(FIRST, text, left)?.erased, 1);
  }
  const swapped = JSON.stringify(Object.fromEntries(places.toReversed()));
  assert.equal(quick.check(FIRST, text, swapped), null, 'another order is for the whole check');
});

test('whatever byte is changed, in the entry or beside it, it says nothing of it', () => {
  const { text, hidden } = storedOf(verdictOf('x-1', { query: 'a=1' }));
  const hash = leafHash(text);
  for (let i = 0; i < text.length; i += 1) {
    const other = text.slice(0, i) + (text[i] === 'b' ? 'c' : 'b') + text.slice(i + 1);
    assert.notEqual(quick.check(FIRST, other, hidden)?.hash, hash);
  }
  for (let i = 0; i < (hidden ?? '').length; i += 1) {
    const other = (hidden ?? '').slice(0, i) + (hidden?.[i] === '1' ? '2' : '1') + (hidden ?? '').slice(i + 1);
    assert.equal(quick.check(FIRST, text, other), null, other);
  }
});

test('a wrong place, link, version, time or form is not for it', () => {
  const { text, hidden } = storedOf(outcomeOf('x-1', '0'));
  assert.equal(quick.check({ ...FIRST, sequence: 1 }, text, hidden), null);
  assert.equal(quick.check({ ...FIRST, previous: 'f'.repeat(64) }, text, hidden), null);
  assert.equal(quick.check(FIRST, text.replace('"version":1}', '"version":2}'), hidden), null);
  assert.equal(quick.check(FIRST, text.replace('2026-01', '2026-1-'), hidden), null);
  assert.equal(quick.check(FIRST, text.replace('{"body":', '{"Body":'), hidden), null);
  assert.equal(quick.check(FIRST, text.replace('"status":200', '"status": 200'), hidden), null);
  assert.equal(quick.check(FIRST, `${text} `, hidden), null);
  assert.equal(quick.check(FIRST, storedOf(outcomeOf('x'.repeat(70_000), '0')).text.padEnd(70_000), hidden), null);
});
