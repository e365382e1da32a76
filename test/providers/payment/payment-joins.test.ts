// Calls that name an id alone: what an earlier answer told of it, and what the vendor could be asked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action, Facts } from '../../../src/classify/action.ts';
import type { Known, Learnt } from '../../../src/classify/known.ts';
import { HeaderList } from '../../../src/http/headers.ts';
import { adyen } from '../../../src/providers/payment/adyen.ts';
import { paypal } from '../../../src/providers/payment/paypal.ts';
import { plaid } from '../../../src/providers/payment/plaid.ts';
import { square } from '../../../src/providers/payment/square.ts';
import { wise } from '../../../src/providers/payment/wise.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';

interface Sent {
  readonly line: string;
  readonly body?: unknown;
  readonly headers?: readonly string[];
}

function view({ line, body, headers = [] }: Sent) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const fields = [...headers, ...(body === undefined ? [] : ['Content-Type: application/json'])];
  const raw = [`${line} HTTP/1.1`, 'Host: api.example.com', ...fields, '', text].join('\r\n');
  return { request: fixtureRequest(Buffer.from(raw)).view, inspected: { bytes: Buffer.from(text), problem: null } };
}

function shelf(learnt: readonly Learnt[]): Known {
  return { find: (kind, id) => learnt.findLast((one) => one.kind === kind && one.id === id)?.facts };
}

function classify(provider: Provider, sent: Sent, learnt: readonly Learnt[] = []): readonly Action[] {
  const { request, inspected } = view(sent);
  return provider.recognise(request)?.classify(inspected, shelf(learnt)) ?? [];
}

/** What the answer to a request teaches. */
function learn(provider: Provider, sent: Sent, answer: unknown, status = 200): readonly Learnt[] {
  const { request, inspected } = view(sent);
  const observation = provider.observe?.(request, inspected, classify(provider, sent)) ?? null;
  if (observation === null) return [];
  assert.equal(observation.kind, 'copy');
  const body = Buffer.from(answer === undefined ? '' : typeof answer === 'string' ? answer : JSON.stringify(answer));
  return observation.kind === 'copy' ? observation.read({ status, headers: new HeaderList([]), body }) : [];
}

function amount(actions: readonly Action[]): string {
  const { amountKnown, amountMinor, currency, currencySource } = actions[0]?.facts ?? {};
  return amountKnown === true ? `${String(amountMinor)} ${String(currency)} ${String(currencySource)}` : 'unknown';
}

const ORDER: Sent = {
  line: 'POST /v2/checkout/orders',
  body: { intent: 'CAPTURE', purchase_units: [{ amount: { currency_code: 'USD', value: '100.00' } }] },
};
const CAPTURE: Sent = { line: 'POST /v2/checkout/orders/O1/capture' };

test('a PayPal capture is of what its order was made for', () => {
  assert.equal(amount(classify(paypal, CAPTURE)), 'unknown');
  const learnt = learn(paypal, ORDER, { id: 'O1', status: 'CREATED' }, 201);
  assert.equal(amount(classify(paypal, CAPTURE, learnt)), '10000 USD recall');
  assert.equal(amount(classify(paypal, { line: 'POST /v2/checkout/orders/O2/capture' }, learnt)), 'unknown');
  assert.equal(amount(classify(paypal, { line: 'POST /v2/checkout/orders/O1/authorize' }, learnt)), '10000 USD recall');
});

test('the answer has the last word on an order, and alone has it under an idempotency key', () => {
  const told = { id: 'O1', purchase_units: [{ amount: { currency_code: 'USD', value: '5000.00' } }] };
  assert.equal(amount(classify(paypal, CAPTURE, learn(paypal, ORDER, told))), '500000 USD recall');
  const repeatable = { ...ORDER, headers: ['PayPal-Request-Id: r1'] };
  assert.equal(amount(classify(paypal, CAPTURE, learn(paypal, repeatable, { id: 'O1' }))), 'unknown');
  assert.equal(amount(classify(paypal, CAPTURE, learn(paypal, repeatable, told))), '500000 USD recall');
  const unread = { id: 'O1', purchase_units: [{ amount: { currency_code: 'USD', value: 'a lot' } }] };
  assert.equal(amount(classify(paypal, CAPTURE, learn(paypal, ORDER, unread))), 'unknown');
});

test('a patched order is not known any more, one that failed never was', () => {
  const learnt = [
    ...learn(paypal, ORDER, { id: 'O1' }),
    ...learn(paypal, { line: 'PATCH /v2/checkout/orders/O1', body: [{}] }, undefined, 204),
  ];
  assert.equal(amount(classify(paypal, CAPTURE, learnt)), 'unknown');
  assert.deepEqual(learn(paypal, ORDER, { id: 'O1' }, 422), []);
  assert.deepEqual(learn(paypal, ORDER, 'not json'), []);
  assert.deepEqual(learn(paypal, ORDER, []), []);
});

test('a PayPal authorization is captured for what the answer says of it, or for the amount of its own', () => {
  const answer = {
    id: 'O1',
    purchase_units: [{ payments: { authorizations: [{ id: 'A1', amount: { currency_code: 'EUR', value: '7.50' } }] } }],
  };
  const learnt = learn(paypal, { line: 'POST /v2/checkout/orders/O1/authorize' }, answer);
  const line = 'POST /v2/payments/authorizations/A1/capture';
  assert.equal(amount(classify(paypal, { line }, learnt)), '750 EUR recall');
  assert.equal(
    amount(classify(paypal, { line, body: { amount: { currency_code: 'EUR', value: '2.00' } } }, learnt)),
    '200 EUR request',
  );
});

test('a Wise transfer is of its quote, and its funding of the transfer', () => {
  const quote: Sent = {
    line: 'POST /v3/profiles/7/quotes',
    body: { sourceCurrency: 'GBP', targetCurrency: 'EUR', targetAmount: 90 },
  };
  const quoted = learn(wise, quote, {
    id: 'q1',
    sourceAmount: 81.5,
    sourceCurrency: 'GBP',
    targetAmount: 90,
    targetCurrency: 'EUR',
  });
  const transfer: Sent = { line: 'POST /v1/transfers', body: { targetAccount: 5, quoteUuid: 'q1' } };
  assert.equal(amount(classify(wise, transfer)), 'unknown');
  assert.equal(amount(classify(wise, transfer, quoted)), '8150 GBP recall');
  const made = learn(wise, transfer, { id: 12, targetAccount: 5, sourceValue: 81.5, sourceCurrency: 'GBP' });
  const fund = classify(wise, { line: 'POST /2026Q3/profiles/7/transfers/12/payments', body: { type: 'BALANCE' } }, made);
  assert.equal(amount(fund), '8150 GBP recall');
  assert.equal(fund[0]?.facts['counterparty'], '5');
  // A transfer whose source is not settled yet says 0 of it: what arrives counts then.
  const unsettled = { id: 12, sourceValue: 0, sourceCurrency: 'GBP', targetValue: 90, targetCurrency: 'EUR' };
  assert.deepEqual(learn(wise, transfer, unsettled)[0]?.facts, { amountMinor: 9000, currency: 'EUR', minorPerMajor: 100 });
});

test('a Plaid transfer is of its authorization, or of the amount of its own', () => {
  const authorization = {
    id: 'au1',
    proposed_transfer: { amount: '12.34', iso_currency_code: 'USD', type: 'debit', account_id: 'acc1' },
  };
  const sent: Sent = {
    line: 'POST /transfer/authorization/create',
    body: { account_id: 'acc1', type: 'debit', amount: '12.34' },
  };
  const learnt = learn(plaid, sent, { authorization });
  const create = (body: object) => classify(plaid, { line: 'POST /transfer/create', body }, learnt);
  assert.equal(amount(create({ authorization_id: 'au1' })), '1234 USD recall');
  assert.deepEqual(
    [create({ authorization_id: 'au1' })[0]?.facts['direction'], create({ authorization_id: 'au1' })[0]?.facts['counterparty']],
    ['debit', 'acc1'],
  );
  assert.equal(amount(create({ authorization_id: 'au1', amount: '2.00' })), '200 USD api');
  assert.equal(amount(create({ authorization_id: 'au2' })), 'unknown');
});

test('an Adyen payout is confirmed for what was submitted, unless an idempotency key may have swapped it', () => {
  const submit: Sent = {
    line: 'POST /pal/servlet/Payout/v68/submitThirdParty',
    body: { amount: { value: 4000, currency: 'USD' }, merchantAccount: 'M' },
  };
  const confirm: Sent = {
    line: 'POST /pal/servlet/Payout/v68/confirmThirdParty',
    body: { merchantAccount: 'M', originalReference: 'P1' },
  };
  const learnt = learn(adyen, submit, { pspReference: 'P1' });
  assert.equal(amount(classify(adyen, confirm, learnt)), '4000 USD recall');
  const swapped = learn(adyen, { ...submit, headers: ['Idempotency-Key: k'] }, { pspReference: 'P1' });
  assert.equal(amount(classify(adyen, confirm, swapped)), 'unknown');
});

test('facts of another shape are no amount', () => {
  for (const facts of [
    {},
    { amountMinor: 5 },
    { amountMinor: 5, currency: 'USD', minorPerMajor: 10 },
    { amountMinor: '5', currency: 'USD', minorPerMajor: 100 },
  ])
    assert.equal(amount(classify(paypal, CAPTURE, [{ kind: 'paypal-order', id: 'O1', facts: facts }])), 'unknown');
});

function asked(provider: Provider, sent: Sent, answer: unknown): readonly [target: string | undefined, facts: Facts | null] {
  const { request, inspected } = view(sent);
  const [lookup] = provider.lookups?.(request, inspected, classify(provider, sent)) ?? [];
  return [lookup?.target, lookup?.read(Buffer.from(JSON.stringify(answer))) ?? null];
}

test('what a request leaves open the vendor could be asked', () => {
  const unit = { amount: { currency_code: 'USD', value: '100.00' } };
  const order = { id: 'O1', purchase_units: [unit, unit] };
  assert.deepEqual(asked(paypal, CAPTURE, order), ['/v2/checkout/orders/O1', { amountMinor: 20_000, currency: 'USD' }]);
  const refund: Sent = { line: 'POST /v2/payments/captures/C1/refund', body: {} };
  const capture = { id: 'C1', status: 'COMPLETED', amount: { currency_code: 'HUF', value: '500' } };
  // Enrich counts in hundredths of a forint, PayPal in whole ones.
  assert.deepEqual(asked(paypal, refund, capture), ['/v2/payments/captures/C1', { amountMinor: 50_000, currency: 'HUF' }]);
  assert.equal(asked(paypal, refund, { ...capture, status: 'PARTIALLY_REFUNDED' })[1], null);
  assert.equal(asked(paypal, refund, { ...capture, id: 'C2' })[1], null);
  const payment = { payment: { id: 'P1', total_money: { amount: 1250, currency: 'USD' } } };
  assert.deepEqual(asked(square, { line: 'POST /v2/payments/P1/complete' }, payment), [
    '/v2/payments/P1',
    { amountMinor: 1250, currency: 'USD' },
  ]);
  const transfer = { id: 12, sourceValue: 81.5, sourceCurrency: 'GBP' };
  const fund: Sent = { line: 'POST /v3/profiles/7/transfers/12/payments', body: { type: 'BALANCE' } };
  assert.deepEqual(asked(wise, fund, transfer), ['/v1/transfers/12', { amountMinor: 8150, currency: 'GBP' }]);
});

test('nothing is asked where the request says all, where it could not be read, or of an odd id', () => {
  const known: Sent = { line: 'POST /v2/payments/captures/C1/refund', body: { amount: { currency_code: 'USD', value: '1.00' } } };
  const unread: Sent = { line: 'POST /v2/payments/captures/C1/refund', body: { amount: 5 } };
  const odd: Sent = { line: 'POST /v2/payments/captures/C%3F1/refund', body: {} };
  for (const sent of [known, unread, odd, ORDER]) assert.equal(asked(paypal, sent, {})[0], undefined, sent.line);
  assert.equal(asked(adyen, { line: 'POST /v72/payments/P1/reversals', body: {} }, {})[0], undefined);
});
