// Cedar in colours, scopes in words, and the arithmetic of the charts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cedarWords } from '../../console/model/cedar-words.ts';
import { countText, linePath, millisText, slicesOf, ticksTo, totalsOf } from '../../console/model/chart-scale.ts';
import { scopeWords } from '../../console/model/scope.ts';
import { headOf, outcomeOf, ticketMoves } from '../../console/model/story-steps.ts';
import { story } from '../support/console-data.ts';

test('a policy falls into words that are the same text again', () => {
  const text = '@id("a") // why\npermit (principal in Team::"x", action, resource) when { context.n > 5 };';
  const words = cedarWords(text);
  assert.equal(words.map((word) => word.text).join(''), text);
  const kind = (of: string): string | undefined => words.find((word) => word.text === of)?.kind;
  assert.deepEqual(['@id', '"a"', '// why', 'permit', 'principal', 'Team', '5'].map(kind), [
    'annotation',
    'string',
    'comment',
    'effect',
    'keyword',
    'entity',
    'number',
  ]);
  fc.assert(
    fc.property(fc.string(), (any) =>
      assert.equal(
        cedarWords(any)
          .map((word) => word.text)
          .join(''),
        any,
      ),
    ),
  );
});

test('a scope in words', () => {
  assert.equal(
    scopeWords('session 10m target'),
    'the next requests of this kind, from the same session, to the same target, for 10 minutes',
  );
  assert.equal(
    scopeWords('5x'),
    'the next 5 requests of this kind, from any session of this agent, to any target, for a day at most',
  );
  assert.equal(
    scopeWords('1h target'),
    'the next requests of this kind, from any session of this agent, to the same target, for 1 hour',
  );
});

test('ticks are round and reach the most', () => {
  assert.deepEqual(ticksTo(683), [0, 200, 400, 600, 800]);
  assert.deepEqual(ticksTo(0), [0, 1]);
  assert.deepEqual(ticksTo(3), [0, 1, 2, 3]);
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), (most) =>
      assert.ok((ticksTo(most).at(-1) ?? 0) >= most * 0.999_999 && ticksTo(most).length <= 7),
    ),
  );
});

test('bars stack strictest first, lines break where nothing was measured', () => {
  const bucket = { at: '', verdicts: { ALLOW: 3, BLOCK: 2 }, p50Ms: null, p99Ms: null };
  assert.deepEqual(slicesOf(bucket), [
    { verdict: 'BLOCK', count: 2, from: 0 },
    { verdict: 'ALLOW', count: 3, from: 2 },
  ]);
  assert.equal(totalsOf([bucket, bucket]).BLOCK, 4);
  assert.equal(linePath([{ x: 0, y: 1 }, { x: 1, y: 1 }, null, { x: 3, y: 1 }]), 'M0.0 1.0L1.0 1.0M3.0 1.0');
  assert.deepEqual([7, 1_000, 15_400, 2_000_000].map(countText), ['7', '1k', '15k', '2M']);
  assert.deepEqual([null, 0.84, 5, 42, 1_300].map(millisText), ['–', '0.8 ms', '5 ms', '42 ms', '1.3 s']);
});

test('a story is read from entries, and hostile entries are read as nothing', () => {
  const told = story('x_1');
  assert.equal(headOf(told)?.verdict, 'WAIT');
  assert.equal(outcomeOf(told)?.status, 200);
  assert.deepEqual(
    ticketMoves(told).map((move) => move.text),
    ['opened (proxy)', 'approved by omar (slack)'],
  );
  const body = { type: 'verdict', exchange: 'x_1', verdict: 'YES', actions: [1, null, { action: 'a' }], reason: 7 };
  const odd = { ...told, entries: [{ entry: { sequence: 1, time: '', previous: '', body }, verified: told.verified }] };
  assert.deepEqual([headOf(odd)?.verdict, headOf(odd)?.actions, headOf(odd)?.reason], [null, [], '']);
  assert.equal(headOf({ ...told, entries: [] }), null);
});
