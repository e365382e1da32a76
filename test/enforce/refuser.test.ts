// Refusals: on record first, told in words, and what can't be recorded is a 503.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRefuser } from '../../src/enforce/refuser.ts';
import { type ErrorCode, InterlockError } from '../../src/errors.ts';
import type { Progress } from '../../src/pipeline.ts';
import { decisionOf, type HandMade, handMade, PRINCIPAL, proposalOf } from '../support/exchange.ts';
import { memoryLedger } from '../support/memory-ledger.ts';

function refuserOver(ledger = memoryLedger()) {
  const tallied: string[] = [];
  const refuser = createRefuser({ ledger, tally: (_source, code) => void tallied.push(code), onRefused: () => undefined });
  const refuse = async (exchange: HandMade, code: ErrorCode, progress: Partial<Progress> = {}) => {
    await refuser.refuse(
      exchange,
      { principal: PRINCIPAL, proposal: null, recorded: null, finished: false, ...progress },
      new InterlockError(code, `because of ${code}`),
    );
    return exchange.reply.answered;
  };
  return { ledger, tallied, refuse };
}

function recorded(exchange: HandMade, verdict: 'ALLOW' | 'BLOCK' | 'WAIT') {
  return {
    decision: decisionOf(verdict, proposalOf(exchange)),
    entry: '41',
    ticket: null,
    mustWait: false,
    plan: null,
    scoped: false,
  };
}

test('a fault before the verdict gets an entry of its own, and the answer names it', async () => {
  const { ledger, refuse } = refuserOver();
  const answer = await refuse(handMade('POST', '/a', 'body'), 'AUTHORITY_MISMATCH');
  const [entry] = ledger.bodies('verdict');
  assert.deepEqual([entry?.verdict, entry?.code, entry?.agent], ['BLOCK', 'AUTHORITY_MISMATCH', 'bot']);
  assert.equal(ledger.appended[0]?.durability, 'synced');
  assert.deepEqual([answer.status, answer.headers.get('interlock-entry')], [421, '0']);
});

test('a BLOCK that policy said is told with its own entry, and an outcome follows', async () => {
  const { ledger, refuse } = refuserOver();
  const exchange = handMade('POST', '/a');
  const answer = await refuse(exchange, 'POLICY_BLOCKED', { recorded: recorded(exchange, 'BLOCK') });
  assert.equal(answer.headers.get('interlock-entry'), '41');
  assert.deepEqual(ledger.bodies('verdict'), []);
  assert.deepEqual(
    ledger.bodies('outcome').map((one) => [one.result, one.verdictEntry]),
    [['refused', '41']],
  );
});

// INVARIANT: what the record said may go and then did not has its own BLOCK beside it.
for (const [code, verdict] of [
  ['ADDRESS_DENIED', 'ALLOW'],
  ['POLICY_BLOCKED', 'WAIT'],
] as const) {
  test(`${code} after ${verdict} is a BLOCK of its own`, async () => {
    const { ledger, refuse } = refuserOver();
    const exchange = handMade('GET', '/a');
    const answer = await refuse(exchange, code, { recorded: recorded(exchange, verdict) });
    assert.deepEqual(
      ledger.bodies('verdict').map((one) => [one.verdict, one.code]),
      [['BLOCK', code]],
    );
    assert.equal(answer.headers.get('interlock-entry'), '0');
    assert.equal(ledger.bodies('outcome').length, 1);
  });
}

test('an outcome that was recorded already is not recorded twice', async () => {
  const { ledger, refuse } = refuserOver();
  const exchange = handMade('GET', '/a');
  await refuse(exchange, 'CONNECT_FAILED', { recorded: recorded(exchange, 'ALLOW'), finished: true });
  assert.deepEqual(ledger.bodies('outcome'), []);
});

for (const code of ['IDENTITY_REQUIRED', 'IDENTITY_REJECTED'] as const) {
  test(`${code} is counted, not written one by one, and says how to prove oneself`, async () => {
    const { ledger, tallied, refuse } = refuserOver();
    const answer = await refuse(handMade('GET', '/a'), code, { principal: null });
    assert.deepEqual([answer.status, tallied, ledger.appended.length], [407, [code], 0]);
    assert.match(answer.headers.get('proxy-authenticate') ?? '', /^Basic /);
  });
}

// INVARIANT: no record, no answer but 503 (threat D18).
test('what cannot be recorded is a 503, whatever it was', async () => {
  for (const code of ['POLICY_BLOCKED', 'RECORD_FAILED', 'REQUEST_MALFORMED'] as const) {
    const ledger = memoryLedger();
    ledger.failing = true;
    assert.equal((await refuserOver(ledger).refuse(handMade('GET', '/a'), code)).status, 503);
  }
});

test('an unread body closes the connection, a read one does not', async () => {
  assert.equal(
    (await refuserOver().refuse(handMade('POST', '/a', 'unread'), 'REQUEST_MALFORMED')).headers.get('connection'),
    'close',
  );
  assert.equal((await refuserOver().refuse(handMade('GET', '/a'), 'REQUEST_MALFORMED')).headers.get('connection'), undefined);
});

test('once a head is out only a cut is left', async () => {
  const exchange = handMade('GET', '/a');
  exchange.reply.head(200, []);
  await assert.rejects(refuserOver().refuse(exchange, 'POLICY_BLOCKED'), /broke off/);
});
