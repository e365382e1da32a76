// Personal and sensitive values never stand in the hashed text, and come back for the reader.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonical } from '../../src/record/canonical.ts';
import type { Json } from '../../src/record/canonical.ts';
import { conceal } from '../../src/record/conceal.ts';
import { decodeHidden } from '../../src/record/entry-codec.ts';
import type { EntryBody } from '../../src/record/entry.ts';
import { reveal } from '../../src/record/reveal.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { mailAction, outcomeOf, START, verdictOf } from './sample-bodies.ts';

function parsed(text: string): Json {
  const value: Json = JSON.parse(text);
  return value;
}

function joined(body: EntryBody): Json {
  const { text, hiddenText } = conceal(body);
  return reveal(parsed(text), hiddenText === null ? null : decodeHidden(hiddenText));
}

/** The facts of the first action, as a reader sees them. */
function factsOf(body: Json): Readonly<Record<string, Json>> {
  const facts: Readonly<Record<string, Json>> = JSON.parse(JSON.stringify(body)).actions[0].facts;
  return facts;
}

const full = verdictOf('x1', {
  query: '?q=ab12',
  headers: { 'user-agent': 'secret-ua' },
  changed: ['to: removed eve@evil.example'],
  substitute: [mailAction('sub@customer.example')],
});

test('hidden values are not in the hashed text', () => {
  const { text } = conceal(full);
  for (const hidden of [
    'x1@customer.example',
    'sub@customer.example',
    'bot@our.example',
    '/emails',
    'q=ab12',
    'secret-ua',
    'eve@evil',
  ]) {
    assert.ok(!text.includes(hidden), hidden);
  }
  for (const open of ['support-bot', 'api.resend.com', 'POST', 'customer.example', 'mail-to-customers'])
    assert.ok(text.includes(open), open);
});

test('a fact that nobody listed is hidden, a boolean is not', () => {
  const action = { ...mailAction('a@b.example'), facts: { brandNewFact: 'private', brandNewFlag: true } };
  const { text } = conceal(verdictOf('x', { actions: [action] }));
  assert.ok(!text.includes('private'));
  assert.ok(text.includes('"brandNewFlag":true'));
});

test('account ids, sources, samples and notes are hidden too', () => {
  const account = { ...mailAction('a@b.example'), resource: { type: 'Account', id: 'acct_1234' } };
  assert.ok(!conceal(verdictOf('x', { actions: [account] })).text.includes('acct_1234'));
  const refusals: EntryBody = { type: 'refusals', source: '192.0.2.7', count: 1, codes: { USAGE: 1 }, sample: 'GET /x' };
  assert.ok(!/192\.0\.2|GET \//.test(conceal(refusals).text));
});

test('the reader gets everything back', () => {
  for (const body of [full, outcomeOf('x1', '0'), START]) assert.deepEqual(joined(body), body);
});

test('an erased value reads as its commitment', () => {
  const { text, hiddenText } = conceal(full);
  const hidden = { ...decodeHidden(hiddenText ?? '') };
  delete hidden['actions/0/facts/recipients'];
  const body = reveal(parsed(text), hidden);
  assert.match(String(factsOf(body)['recipients']), /^commitment:[0-9a-f]{64}$/);
  assert.ok(JSON.stringify(body).includes(full.reason));
});

test('equal values of two entries have different commitments', () => {
  assert.notEqual(conceal(full).text, conceal(full).text);
});

test('the text is the canonical form, whatever agents send', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 30 });
  fc.assert(
    fc.property(
      anything,
      fc.dictionary(
        anything.filter((key) => key !== '__proto__' && key.isWellFormed()),
        fc.oneof(anything, fc.integer(), fc.boolean(), fc.array(anything)),
        { maxKeys: 6 },
      ),
      (text, facts) => {
        const action = { ...mailAction('a'), resource: { type: 'Host', id: text }, facts };
        const { text: written } = conceal(verdictOf(text, { actions: [action], session: text }));
        assert.equal(canonical(parsed(written)), written);
      },
    ),
    { numRuns: 300 },
  );
});

test('bodies of one length of keys and another shape do not mix', () => {
  const one = conceal(verdictOf('x', { actions: [{ ...mailAction('a'), facts: { host: 'h', port: 1 } }] })).text;
  const two = conceal(verdictOf('x', { actions: [{ ...mailAction('a'), facts: { ref: 'r', change: 'c' } }] })).text;
  assert.ok(one.includes('"facts":{"host":"h","port":1}'));
  assert.ok(two.includes('"facts":{"change":"c","ref":"r"}'));
});

test('oversized and impossible bodies are refused', async () => {
  const many = Array.from({ length: 40_000 }, () => mailAction('a@b.example'));
  await throwsWithCode('RECORD_FAILED', () => conceal(verdictOf('x', { actions: many })));
  await throwsWithCode('RECORD_FAILED', () => conceal({ ...outcomeOf('x', '0'), durationMs: Number.NaN }));
  await throwsWithCode('RECORD_FAILED', () => conceal(Object.assign(outcomeOf('x', '0'), { error: undefined })));
});

test('a fact named __proto__ is recorded like any other (threat C8)', () => {
  const facts: Record<string, string> = JSON.parse('{"__proto__":"x","host":"h"}');
  const body = joined(verdictOf('x', { actions: [{ ...mailAction('a'), facts }] }));
  assert.deepEqual(Object.entries(factsOf(body)), [
    ['__proto__', 'x'],
    ['host', 'h'],
  ]);
});

test('long texts and lists of an agent are cut, not refused', () => {
  const action = {
    ...mailAction('a'),
    facts: { recipients: Array.from({ length: 5000 }, (_, i) => `u${i}@b.example`), subject: 'x'.repeat(1e6) },
  };
  const { recipients, subject } = factsOf(joined(verdictOf('x', { actions: [action] })));
  assert.equal(Array.isArray(recipients) ? recipients.length : 0, 513);
  assert.match(String(subject), /sha256 [0-9a-f]{64}\]$/);
});
