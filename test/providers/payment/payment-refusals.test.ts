// Each payment API's own words for no, what a constraint may set, and how long hostile bodies take.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROVIDERS } from '../../../src/classify/provider-list.ts';
import { recognise } from '../../../src/classify/registry.ts';
import type { InspectedBody } from '../../../src/http/inspected-body.ts';
import { NO_BODY } from '../../../src/http/inspected-body.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';
import { REFUSAL } from '../../support/refusing-origin.ts';
import { throwsWithCode } from '../../support/throws-with-code.ts';

const SENTENCE = 'Interlock: a refund of 600.00 USD is too large (policy refund-large; entry 12)';

function provider(name: string): Provider {
  const found = PROVIDERS.find((one) => one.name === name);
  assert.ok(found);
  return found;
}

function head(host: string, line: string) {
  return fixtureRequest(Buffer.from(`${line} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n\r\n`)).view;
}

function refused(name: string, body: InspectedBody = NO_BODY, status = 403) {
  const kind = status === 403 ? 'blocked' : 'failed';
  const answer = provider(name).refuse(head('api.example.com', 'POST /'), { ...REFUSAL, kind, status }, body);
  return { status: answer.status, document: JSON.parse(answer.body.toString()) as unknown };
}

test('every API says no in its own shape', () => {
  const shapes: Readonly<Record<string, unknown>> = {
    paypal: { name: 'NOT_AUTHORIZED', message: SENTENCE, debug_id: 'interlock', details: [] },
    square: { errors: [{ category: 'AUTHENTICATION_ERROR', code: 'FORBIDDEN', detail: SENTENCE }] },
    adyen: { status: 403, errorCode: 'policy_denied', message: SENTENCE, errorType: 'security', pspReference: 'interlock' },
    wise: { error: 'forbidden', message: SENTENCE },
    coinbase: { errors: [{ id: 'forbidden', message: SENTENCE }] },
    plaid: {
      error_type: 'INVALID_REQUEST',
      error_code: 'POLICY_DENIED',
      error_message: SENTENCE,
      display_message: null,
      request_id: 'interlock',
    },
  };
  for (const [name, document] of Object.entries(shapes)) assert.deepEqual(refused(name), { status: 403, document }, name);
  assert.equal(refused('adyen', NO_BODY, 502).status, 502);
});

test('Braintree answers 200 with an error for each field, and a list to a list', () => {
  const query =
    'mutation { a: reverseTransaction(input: {transactionId: "1"}) { x } b: reverseTransaction(input: {transactionId: "2"}) { x } }';
  const extensions = { errorClass: 'AUTHORIZATION' };
  const one = { data: null, errors: ['a', 'b'].map((key) => ({ message: SENTENCE, path: [key], extensions })) };
  const body = (value: unknown): InspectedBody => ({ bytes: Buffer.from(JSON.stringify(value)), problem: null });
  assert.deepEqual(refused('braintree', body({ query })), { status: 200, document: one });
  assert.deepEqual(refused('braintree', body([{ query }])), { status: 200, document: [one] });
  assert.deepEqual(refused('braintree').document, { data: null, errors: [{ message: SENTENCE, extensions }] });
});

test('set caps an amount, and the substitute is judged with the new one', async () => {
  const view = head('connect.squareup.com', 'POST /v2/refunds');
  const bytes = Buffer.from('{"payment_id":"P1","amount_money":{"amount":90000,"currency":"USD"}}');
  const { edit } = provider('square');
  assert.ok(edit);
  const edited = edit(view, { bytes, problem: null }, { kind: 'set', field: '/amount_money/amount', value: 500 });
  assert.deepEqual(edited.changed, ['/amount_money/amount: set to 500']);
  const [action] = recognise(view).classify({ bytes: edited.bytes, problem: null }).actions;
  assert.equal(action?.facts['amountMinor'], 500);
  await throwsWithCode('CONSTRAINT_FAILED', () =>
    edit(view, { bytes, problem: null }, { kind: 'keep-recipients', domains: ['ex.com'] }),
  );
});

const MIB = 1024 * 1024;
const fill = (part: string, size = MIB): string => part.repeat(Math.floor(size / part.length));
const items = (count: number): string =>
  Array.from({ length: count }, (_, i) => `{"amount":{"value":"1.00","currency":"USD"},"receiver":"r${i}@example.com"}`).join(
    ',',
  );
const HOSTILE: ReadonlyArray<readonly [host: string, line: string, body: string]> = [
  ['api-m.paypal.com', 'POST /v1/payments/payouts', `{"items":[${items(14_000)}]}`],
  ['api-m.paypal.com', 'POST /v2/checkout/orders', `{"purchase_units":[${fill('{},', 15_000)}{}]}`],
  ['connect.squareup.com', 'POST /v2/payments', `{${Array.from({ length: 60_000 }, (_, i) => `"k${i}":1`).join(',')}}`],
  ['api.wise.com', 'POST /v1/transfers', `{"quoteUuid":"${fill('a')}"}`],
  ['api.coinbase.com', 'POST /v2/accounts/a/transactions', `{"type":"send","currency":"BTC","to":"x","amount":"${fill('9')}"}`],
  ['checkout-test.adyen.com', 'POST /v72/payments', fill('[')],
  ['production.plaid.com', 'POST /transfer/create', `{"amount":"0.${fill('0')}"}`],
];

test('a hostile body of a MiB ends soon, uninspected', () => {
  for (const [host, line, text] of HOSTILE) {
    const view = head(host, line);
    const body = { bytes: Buffer.from(text), problem: null };
    const times = Array.from({ length: 5 }, () => {
      const from = process.cpuUsage();
      const [action] = recognise(view).classify(body).actions;
      assert.equal(action?.facts['inspected'], false, line);
      const { user, system } = process.cpuUsage(from);
      return (user + system) / 1000;
    });
    // The best of a few, with room for a busy machine: the aim is 20 ms, which strict-json alone takes half of.
    assert.ok(Math.min(...times) < 5_000, `${line}: ${Math.min(...times)} ms`);
    if (process.env['INTERLOCK_TEST_LOG'] !== undefined) process.stderr.write(`${line}: ${Math.min(...times).toFixed(1)} ms\n`);
  }
});
