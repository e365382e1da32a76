// A question on record: what it would be, by digests the same as the request's own entry, and never found as something that was done.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { readWrittenRequest } from '../../src/http/written-request.ts';
import { conceal } from '../../src/record/conceal.ts';
import { eachTerm } from '../../src/record/entry-terms.ts';
import { entryRow, entryView } from '../../src/record/entry-view.ts';
import { trackExchanges } from '../../src/record/exchange-tracker.ts';
import { questionBody } from '../../src/record/question-entry.ts';
import { verdictBody } from '../../src/record/verdict-entry.ts';
import { decisionOf, handMade, judgementOf, PRINCIPAL, proposalOf } from '../support/exchange.ts';

const digest = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const exchange = handMade('POST', '/a', '', { host: 'a.example.com', hasBody: false });
const proposal = proposalOf(exchange);
const body = questionBody(
  {
    question: 'x1.0',
    given: 'request',
    verdict: 'ALLOW',
    judgement: judgementOf('ALLOW', proposal),
    rejudged: null,
    changed: [],
    reason: 'secret reason',
    code: null,
    ticket: null,
    written: readWrittenRequest(Buffer.from('POST /a HTTP/1.1\r\nHost: a.example.com\r\n\r\n')),
    judgedBytes: null,
  },
  PRINCIPAL,
  digest,
);
const entry = { version: 1, sequence: 3, time: '2026-01-01T00:00:00.000Z', previous: '0'.repeat(64), body } as const;

test('the digest of its head is that of the request itself', () => {
  const sent = verdictBody(exchange, PRINCIPAL, decisionOf('ALLOW', proposal), null, digest);
  assert.equal(body.headDigest, sent.headDigest);
});

test('INVARIANT: no verdict, no exchange and no outcome is expected of it', () => {
  const kinds: string[] = [];
  eachTerm(body, (kind) => kinds.push(kind));
  assert.deepEqual(kinds, ['type', 'agent', 'action', 'host']);
  const tracker = trackExchanges();
  tracker.see({ ...entry, body: JSON.parse(JSON.stringify(body)) });
  assert.equal(tracker.result().unfinished, 0);
  assert.match(entryRow(entry), /question {2}bot {2}would be ALLOW/);
  assert.equal(entryView(entry).type, 'question');
});

test('its reason is hidden as a verdict’s is', () => {
  assert.ok(!conceal(body).text.includes('secret reason'));
});
