// The classify stage: as much of the body as the provider asks for, and no way past it.

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { propose, proposeSubstitute } from '../../src/classify/propose.ts';
import { NO_BODY, type InspectedBody } from '../../src/http/inspected-body.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { RequestBody } from '../../src/http/request-body.ts';
import type { RequestView } from '../../src/http/request-view.ts';
import { handMade, type HandMade } from '../support/exchange.ts';
import { OID_A, OID_B, pushBytes } from '../support/push-bytes.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const FORM = ['Content-Type', 'application/x-www-form-urlencoded'];
const REFUND = 'charge=ch_1&amount=500';

function refund(body = REFUND): HandMade {
  return handMade('POST', '/v1/refunds', body, { host: 'api.stripe.com', headers: FORM });
}

function told(proposal: {
  readonly actions: readonly { readonly name: string; readonly facts: Readonly<Record<string, unknown>> }[];
}): unknown[] {
  return proposal.actions.map((action) => [action.name, action.facts['inspected']]);
}

test('what a provider asks for is read, and it names the action', async () => {
  const proposal = await propose(refund(), 1_000);
  assert.equal(proposal.provider?.name, 'stripe');
  assert.equal(proposal.body.bytes.toString(), REFUND);
  assert.deepEqual(told(proposal), [['payment.refund', true]]);
});

test('a body that nobody asks for is left to stream, and is not uninspected', async () => {
  const exchange = handMade('PUT', '/a', 'body', { host: 'site.test' });
  const proposal = await propose(exchange, 1_000);
  assert.deepEqual(
    [exchange.body.complete, exchange.body.bytesRead.length, proposal.provider, told(proposal)],
    [false, 0, null, [['http.write', true]]],
  );
});

test('a body past the limit is an action that was not inspected', async () => {
  const proposal = await propose(refund(), REFUND.length - 1);
  assert.match(proposal.body.problem ?? '', /larger than/);
  assert.deepEqual(
    told(proposal).map((one) => Reflect.get(Object(one), 1)),
    [false],
  );
  assert.deepEqual(told(await propose(refund(), REFUND.length)), [['payment.refund', true]]);
});

test('a client that breaks off, and memory that is full, keep their own codes', async () => {
  const source = (stream: Readable) => ({ stream, declaredBytes: 99, encodings: [], invite: null });
  const broken = new Readable({
    read() {
      this.destroy(new Error('reset'));
    },
  });
  await throwsWithCode('BODY_ABORTED', () =>
    propose({ ...refund(), body: new RequestBody(source(broken), createMemoryBudget(1_000)) }, 1_000),
  );
  const fine = Readable.from([Buffer.from(REFUND)], { objectMode: false });
  await throwsWithCode('MEMORY_EXHAUSTED', () =>
    propose({ ...refund(), body: new RequestBody(source(fine), createMemoryBudget(3)) }, 1_000),
  );
});

test('a substitute is asked about anew, by its own head and body', () => {
  const { request } = refund();
  const again = proposeSubstitute(
    { ...request, target: '/v1/charges', path: '/v1/charges', segments: ['v1', 'charges'] },
    { bytes: Buffer.from('amount=1&currency=eur'), problem: null },
  );
  assert.deepEqual(told(again), [['payment.charge', true]]);
});

// INVARIANT: a provider that throws is a BLOCK, never "not mine".
test('a provider that throws at the head or at the body ends it', async () => {
  const { request } = refund();
  const trap = (): never => {
    throw new TypeError('a bug');
  };
  const badHead: RequestView = Object.defineProperty({ ...request }, 'segments', { get: trap });
  await throwsWithCode('CLASSIFY_FAILED', () => propose({ ...refund(), request: badHead }, 1_000));
  const badBody: InspectedBody = Object.defineProperty({ ...NO_BODY }, 'bytes', { get: trap });
  const error = await throwsWithCode('CLASSIFY_FAILED', () => proposeSubstitute(request, badBody));
  assert.ok(error.cause instanceof TypeError);
});

test('more at once than can be judged and put on record is refused, also as a substitute', async () => {
  const lines = Array.from({ length: 1_001 }, (_, i) => `${OID_A} ${OID_B} refs/heads/b${i}`);
  const body = pushBytes(lines).toString('latin1');
  const headers = ['Content-Type', 'application/x-git-receive-pack-request'];
  const push = (): HandMade => handMade('POST', '/a/b.git/git-receive-pack', body, { headers });
  assert.match((await throwsWithCode('CLASSIFY_FAILED', () => propose(push(), 1_000_000))).message, /1001 things at once/);
  await throwsWithCode('CLASSIFY_FAILED', () => proposeSubstitute(push().request, { bytes: Buffer.from(body), problem: null }));
});
