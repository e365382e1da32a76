// Outcomes that share a key of the index, each found by its verdict alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addOutcome,
  outcomeIn,
  outcomeKey,
  type OutcomePages,
  outcomePrefix,
  verdictsIn,
} from '../../src/record/outcome-page.ts';

const SENT = { result: 'sent', status: 200, durationMs: 3 } as const;

test('256 verdicts share a page, and each has what became of it', () => {
  const pages: OutcomePages = new Map();
  const made = [
    [0, SENT],
    [2, { result: 'refused', status: 403, durationMs: 0 }],
    [12, { result: 'failed', status: null, durationMs: 0.25 }],
    [112, { result: 'unknown', status: null, durationMs: 86_400_000 }],
    [255, SENT],
    [256, { result: 'sent', status: 204, durationMs: 1 }],
    [12_345_678, SENT],
  ] as const;
  for (const [verdict, outcome] of made) addOutcome(pages, verdict, outcome);
  assert.deepEqual([...pages.keys()], [0, 1, 48_225]);
  const texts = new Map([...pages].map(([page, text]) => [outcomeKey(page, 7), text]));
  for (const [verdict, outcome] of made) {
    const [key, text] = [...texts].find(([one]) => one.startsWith(outcomePrefix(verdict))) ?? ['', ''];
    assert.deepEqual(outcomeIn(text, verdict), outcome);
    assert.ok(verdictsIn(key, text).includes(verdict));
  }
  assert.equal(outcomeIn(pages.get(0) ?? '', 1), null);
  assert.equal(outcomeIn(pages.get(0) ?? '', 55), null, 'the end of another number');
  assert.deepEqual(verdictsIn(outcomeKey(0, 7), pages.get(0) ?? ''), [0, 2, 12, 112, 255]);
});

test('of two that are told of one verdict the last one counts', () => {
  const pages: OutcomePages = new Map();
  addOutcome(pages, 5, { result: 'unknown', status: null, durationMs: 1 });
  addOutcome(pages, 5, SENT);
  assert.deepEqual(outcomeIn(pages.get(0) ?? '', 5), SENT);
});
