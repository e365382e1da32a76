// Stripe: refusals that its SDK raises as its own error, and the edits that a constraint may ask for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stripe } from 'stripe';
import { recognise } from '../../../src/classify/registry.ts';
import { stripe } from '../../../src/providers/payment/stripe.ts';
import type { BodyEdit, EditedBody } from '../../../src/providers/body-edit.ts';
import type { Refusal } from '../../../src/providers/refusal.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';
import { REFUSAL, type RefusingOrigin, refusingOrigin } from '../../support/refusing-origin.ts';
import { throwsWithCode } from '../../support/throws-with-code.ts';

function client(origin: RefusingOrigin): Stripe {
  return new Stripe('sk_test_1', {
    host: '127.0.0.1',
    port: origin.port,
    protocol: 'http',
    maxNetworkRetries: 2,
    telemetry: false,
  });
}

async function raised(call: Promise<unknown>): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Stripe.errors.StripeError, String(error));
  return error;
}

test('the SDK raises its permission error with our sentence after one call', async () => {
  await using origin = await refusingOrigin(stripe);
  const error = await raised(client(origin).refunds.create({ charge: 'ch_1', amount: 60000 }));
  assert.ok(error instanceof Stripe.errors.StripePermissionError);
  assert.deepEqual([error.statusCode, error.code], [403, 'policy_denied']);
  assert.equal(error.message, 'Interlock: a refund of 600.00 USD is too large (policy refund-large; entry 12)');
  assert.equal(origin.calls(), 1);
});

test('waiting, denial and failure have codes of their own, and none is retried', async () => {
  for (const [parts, code] of [
    [{ kind: 'pending', ticket: 't_abc' }, 'approval_pending'],
    [{ kind: 'denied' }, 'approval_denied'],
    [{ kind: 'failed', status: 502 }, 'policy_failed'],
  ] as const) {
    const refusal: Refusal = { ...REFUSAL, ...parts };
    await using origin = await refusingOrigin(stripe, refusal);
    const error = await raised(client(origin).refunds.create({ charge: 'ch_1' }));
    assert.equal(error.code, code);
    if (refusal.ticket !== null) assert.match(error.message, /ticket t_abc/);
    assert.equal(origin.calls(), 1, code);
  }
});

test('v2 calls are refused in a shape that the SDK reads too', async () => {
  await using origin = await refusingOrigin(stripe);
  const error = await raised(
    client(origin).rawRequest('POST', '/v2/money_management/outbound_payments', { amount: { value: 1, currency: 'usd' } }),
  );
  assert.match(error.message, /Interlock: /);
  assert.equal(origin.calls(), 1);
});

const HEAD = [
  'POST /v1/refunds HTTP/1.1',
  'Host: api.stripe.com',
  'Content-Type: application/x-www-form-urlencoded',
  '',
  '',
].join('\r\n');

function edit(text: string, change: BodyEdit): EditedBody {
  assert.ok(stripe.edit);
  return stripe.edit(fixtureRequest(Buffer.from(HEAD + text)).view, { bytes: Buffer.from(text), problem: null }, change);
}

test('set caps an amount, and the substitute is judged with the new one', () => {
  const edited = edit('charge=ch_1&amount=60000&metadata[a]=b+c', { kind: 'set', field: 'amount', value: 50000 });
  assert.equal(edited.bytes.toString(), 'charge=ch_1&amount=50000&metadata[a]=b+c');
  assert.deepEqual(edited.changed, ['amount: set to 50000']);
  const { view } = fixtureRequest(Buffer.concat([Buffer.from(HEAD), edited.bytes]));
  assert.equal(recognise(view).classify({ bytes: edited.bytes, problem: null }).actions[0]?.facts['amountMinor'], 50000);
});

test('a payment has no recipients to keep', async () => {
  await throwsWithCode('CONSTRAINT_FAILED', () => edit('charge=ch_1', { kind: 'keep-recipients', domains: ['ex.com'] }));
});
