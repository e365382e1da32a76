// What an entry takes over of a request: enough to tell it by, nothing that opens a door.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../../src/decide/judgement.ts';
import { InterlockError } from '../../src/errors.ts';
import type { Sent } from '../../src/forward/relay.ts';
import { durabilityOf, faultBody, outcomeBody, verdictBody } from '../../src/record/verdict-entry.ts';
import { PRINCIPAL, decisionOf, handMade, judgementOf, proposalOf } from '../support/exchange.ts';

const TOKEN = 'T0kenWithManyMixed1234Chars';
/** Tells what was digested without keeping it. */
const digest = (input: string | Uint8Array): string => `d${Buffer.from(input).length}`.padEnd(20, '0');

test('the fields that ALLOW_LOG keeps hold no secret of an address', () => {
  const headers = [
    'Referer',
    'https://bot:pw@ex.com/reset?token=s3cret',
    'User-Agent',
    'curl/8',
    'Authorization',
    'Bearer s3cret',
  ];
  const exchange = handMade('POST', '/', '', { headers });
  const body = verdictBody(exchange, PRINCIPAL, decisionOf('ALLOW_LOG', proposalOf(exchange)), null, () => 'd'.repeat(64));
  assert.deepEqual(body.headers, { referer: 'https://ex.com/reset', 'user-agent': 'curl/8' });
});

test('a verdict names who, what, why and by which policies, and the bytes that were judged', () => {
  const exchange = handMade('POST', '/a?key=s3cret', 'body', { headers: ['Authorization', 'Bearer s3cret'] });
  const proposal = proposalOf(exchange, { body: { bytes: Buffer.from('body'), problem: null } });
  const body = verdictBody(exchange, PRINCIPAL, decisionOf('BLOCK', proposal), 't_1', digest);
  assert.deepEqual(
    [
      body.exchange,
      body.agent,
      body.user,
      body.session,
      body.verdict,
      body.reason,
      body.policies,
      body.bundle,
      body.ticket,
      body.code,
    ],
    ['x1', 'bot', null, 's1', 'BLOCK', 'because', ['p1'], 'digest', 't_1', null],
  );
  assert.equal(body.bodyDigest, digest('body'));
  assert.equal(body.query, `key=${digest('s3cret').slice(0, 16)}`);
  assert.equal(body.headers, null);
  assert.doesNotMatch(JSON.stringify(body), /s3cret/);
});

test('no body judged is no digest, and the head digest tells heads apart', () => {
  const kept: string[] = [];
  const keep = (input: string | Uint8Array): string => `${kept.push(String(input))}`;
  const bodyOf = (exchange: ReturnType<typeof handMade>) =>
    verdictBody(exchange, PRINCIPAL, decisionOf('ALLOW', proposalOf(exchange)), null, keep);
  assert.equal(bodyOf(handMade('GET', '/a')).bodyDigest, null);
  bodyOf(handMade('GET', '/b'));
  bodyOf(handMade('HEAD', '/a'));
  bodyOf(handMade('GET', '/a', '', { headers: ['X-A', '1'] }));
  assert.equal(new Set(kept).size, 4);
});

test('constraints are told with what they changed, and the substitute as it was judged again', () => {
  const exchange = handMade('POST', '/a');
  const proposal = proposalOf(exchange);
  const constraints = [{ name: 'cap', type: 'set', field: '/a', value: 1 } as const];
  const substitute = {
    request: exchange.request,
    body: proposal.body,
    bytes: { kind: 'whole' },
    changed: ['a: set'],
    settle: null,
  } as const;
  const parts = {
    judgement: judgementOf('CONSTRAIN', proposal, { constraints }),
    substitute,
    rejudged: judgementOf('ALLOW', proposal),
  };
  const body = verdictBody(exchange, PRINCIPAL, decisionOf('CONSTRAIN', proposal, parts), null, digest);
  assert.deepEqual([body.constraints, body.changed, body.substitute.map((one) => one.verdict)], [['cap'], ['a: set'], ['ALLOW']]);
});

test('a token in a path is masked in every action, of a verdict and of a fault', () => {
  const exchange = handMade('POST', `/hooks/${TOKEN}`);
  const proposal = proposalOf(exchange);
  const verdict = verdictBody(exchange, PRINCIPAL, decisionOf('ALLOW', proposal), null, digest);
  const fault = faultBody(exchange, PRINCIPAL, proposal, new InterlockError('INTERNAL', 'broke'), digest);
  for (const body of [verdict, fault]) {
    assert.doesNotMatch(JSON.stringify(body), new RegExp(TOKEN));
    assert.match(String(body.actions[0]?.facts['path']), /^\/hooks\/\{masked:/);
  }
});

test('a fault is a BLOCK with its code, however far the exchange came', () => {
  const exchange = handMade('POST', '/a?key=s3cret');
  const error = new InterlockError('AUTHORITY_MISMATCH', 'another host');
  const early = faultBody(exchange, null, null, error, digest);
  assert.deepEqual(
    [early.verdict, early.code, early.agent, early.actions, early.bundle, early.reason],
    ['BLOCK', 'AUTHORITY_MISMATCH', null, [], null, 'github.com: another host'],
  );
  const late = faultBody(exchange, PRINCIPAL, proposalOf(exchange), error, digest);
  assert.deepEqual([late.agent, late.actions.map((one) => [one.action, one.verdict])], ['bot', [['http.write', 'BLOCK']]]);
  assert.doesNotMatch(JSON.stringify(late), /s3cret/);
});

test('an outcome points at its verdict and keys the digests of both bodies', () => {
  const sent: Sent = {
    result: 'unknown',
    status: 200,
    requestBytes: 1,
    responseBytes: 2,
    requestDigest: 'aa',
    responseDigest: null,
    error: new InterlockError('UPSTREAM_CLOSED', 'gone'),
  };
  const body = outcomeBody(handMade('GET', '/'), '12', sent, digest);
  assert.deepEqual(
    [
      body.verdictEntry,
      body.result,
      body.status,
      body.requestBytes,
      body.responseBytes,
      body.requestDigest,
      body.responseDigest,
      body.error,
    ],
    ['12', 'unknown', 200, 1, 2, digest('aa'), null, 'UPSTREAM_CLOSED: gone'],
  );
  assert.ok(Number.isInteger(body.durationMs) && body.durationMs >= 0);
});

test('only a read that was simply let through may be lost in a power cut', () => {
  const read = handMade('GET', '/');
  const action = { name: 'http.read', resource: { type: 'Host', id: 'h' }, parents: [], facts: {} };
  const reads = proposalOf(read, { actions: [action] });
  assert.equal(durabilityOf('ALLOW', judgementOf('ALLOW', reads)), 'written');
  const mixed = proposalOf(read, { actions: [action, { ...action, name: 'email.send' }] });
  assert.equal(durabilityOf('ALLOW', judgementOf('ALLOW', mixed)), 'synced');
  const others: Verdict[] = ['ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK'];
  for (const verdict of others) assert.equal(durabilityOf(verdict, judgementOf(verdict, reads)), 'synced', verdict);
});
