// The real SDKs of Square, Plaid, Adyen and PayPal, and Wise, Braintree and Coinbase by fetch: allowed as they were made, refused in their own words, joined by id.

import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { jsonObject, runCalls, runClient } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { PAYMENT_HOSTS, startPaymentOrigin } from '../support/payment-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

/** Up to 500 in the main unit may move, if the request or an earlier answer says how much; quotes and tokens may be asked for. */
const POLICIES = `
@id("small") @reason("Up to 500 may move.")
permit (principal, action in Action::"payment", resource)
when { context.amountKnown && context has amountMinor && context has minorPerMajor && context.amountMinor <= 500 * context.minorPerMajor };
@id("preparation") @reason("Asking moves nothing.")
permit (principal, action in [Action::"payment.quote", Action::"payment.sign-in"], resource);
@id("too-much") @reason("{amount} is more than may move.")
forbid (principal, action in Action::"payment", resource)
when { context has amountMinor && context has minorPerMajor && context.amountMinor > 500 * context.minorPerMajor }
unless { action == Action::"payment.quote" };
@id("unsaid") @reason("Nobody knows how much would move.")
forbid (principal, action in Action::"payment", resource)
unless { context.amountKnown || action in [Action::"payment.quote", Action::"payment.sign-in"] };
`;

const policiesDir = await mkdtemp(join(tmpdir(), 'interlock-payments-'));
stack.defer(() => rm(policiesDir, { recursive: true, force: true }));
await cp(fileURLToPath(new URL('../../policies', import.meta.url)), policiesDir, { recursive: true });
await writeFile(join(policiesDir, 'payment.cedar'), POLICIES);
await rm(join(policiesDir, 'cases'), { recursive: true });
/** Braintree's requests name no currency. */
const BRAINTREE = { uid: { type: 'Account', id: 'braintree' }, attrs: { currency: 'USD' }, parents: [] };
await writeFile(join(policiesDir, 'entities.json'), JSON.stringify([BRAINTREE]));

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startPaymentOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: Object.fromEntries(PAYMENT_HOSTS.map((host) => [host, origin.address])),
    config: { policiesDir },
  }),
);
const agent = await interlock.addAgent('cashier');

/** What each SDK throws for a 403, and a refund that is too large. */
const VENDORS = [
  { vendor: 'square', host: 'connect.squareup.com', small: '500', large: '501', error: /^SquareError$/ },
  { vendor: 'plaid', host: 'production.plaid.com', small: '5.00', large: '500.01', error: /^AxiosError$/ },
  { vendor: 'adyen', host: 'checkout-test.adyen.com', small: '1', large: '501', error: /Exception$/ },
  { vendor: 'paypal', host: 'api-m.sandbox.paypal.com', small: '10.00', large: '500.01', error: /Error$/ },
] as const;

/** The body that the same call had when it was captured with nothing in between. */
async function capturedBody(vendor: string): Promise<string> {
  const raw = await readFile(new URL(`../fixtures/requests/${vendor}/hit-refund.http`, import.meta.url), 'utf8');
  return raw.slice(raw.indexOf('\r\n\r\n') + 4);
}

async function verdicts() {
  return (await interlock.bodies('verdict')).map(({ verdict, actions }) => {
    const { action, facts = {} } = actions[0] ?? {};
    return { verdict, action, facts };
  });
}

const refunds = await runCalls(agent, 'payments', {
  calls: VENDORS.flatMap(({ vendor, small, large }) => [
    [vendor, small],
    [vendor, large],
  ]),
});
const judged = await verdicts();

for (const [index, { vendor, host, error }] of VENDORS.entries()) {
  it(`${vendor}: a small refund arrives as the SDK made it, a large one is its own error with our reason, once`, async () => {
    const [allowed, blocked] = refunds.slice(index * 2);
    assert.ok(allowed?.ok, JSON.stringify(allowed));
    const arrived = origin.received.filter((one) => one.get('host') === host && one.target.includes('refund'));
    assert.deepEqual(await Promise.all(arrived.map(async (one) => (await one.body()).toString('utf8'))), [
      await capturedBody(vendor),
    ]);
    assert.match(String(blocked?.error['name']), error, JSON.stringify(blocked));
    assert.match(JSON.stringify(blocked?.error), /too-much/);
    const told = judged.filter(({ action, facts }) => action === 'payment.refund' && facts['host'] === host);
    assert.deepEqual(
      told.map(({ verdict }) => verdict),
      ['ALLOW', 'BLOCK'],
    );
  });
}

describe('a PayPal order', () => {
  it('is captured for what it was made for', async () => {
    const before = (await verdicts()).length;
    const [said] = await runCalls(agent, 'payments', { calls: [['paypal-order', '100.00']] });
    assert.ok(said?.ok, JSON.stringify(said));
    const capture = (await verdicts()).slice(before).find(({ action }) => action === 'payment.capture');
    assert.deepEqual(
      [capture?.verdict, capture?.facts['amountMinor'], capture?.facts['currency'], capture?.facts['currencySource']],
      ['ALLOW', 10_000, 'USD', 'recall'],
    );
  });

  it('that nobody saw made is not captured, nor one that an idempotency key may have swapped', async () => {
    const before = origin.received.length;
    const [unknown, again] = await runCalls(agent, 'payments', {
      calls: [
        ['paypal-capture', 'ORDERX'],
        ['paypal-order-again', '100.00'],
      ],
    });
    for (const said of [unknown, again]) assert.match(JSON.stringify(said?.error), /unsaid/);
    assert.ok(origin.received.slice(before).every(({ target }) => !target.endsWith('/capture')));
  });
});

async function post(host: string, path: string, body: unknown) {
  const said = await runClient(agent, 'fetch', {
    url: `https://${host}${path}`,
    method: 'POST',
    headers: { authorization: 'Bearer dummy', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: said.result['status'], answer: jsonObject(String(said.result['text'])) };
}

describe('a Wise transfer', () => {
  const ask = (path: string, body: unknown) => post('api.wise.com', path, body);

  async function transfer(sourceAmount: number) {
    const quote = await ask('/v3/profiles/77/quotes', { sourceCurrency: 'EUR', targetCurrency: 'USD', sourceAmount });
    assert.equal(quote.status, 200, JSON.stringify(quote));
    return ask('/v1/transfers', { targetAccount: 148563324, quoteUuid: quote.answer['id'], customerTransactionId: 'c' });
  }

  it('is funded for what its quote says', async () => {
    const made = await transfer(120.5);
    assert.equal(made.status, 200, JSON.stringify(made));
    const funded = await ask(`/v3/profiles/77/transfers/${String(made.answer['id'])}/payments`, { type: 'BALANCE' });
    assert.equal(funded.status, 201, JSON.stringify(funded));
    const told = (await verdicts()).filter(({ action }) => action === 'payment.transfer');
    assert.deepEqual(
      told.map(({ verdict, facts }) => [verdict, facts['amountMinor'], facts['currency']]),
      [
        ['ALLOW', 12_050, 'EUR'],
        ['ALLOW', 12_050, 'EUR'],
      ],
    );
  });

  it("is refused in Wise's words when the quote is for too much, and when nobody saw it made", async () => {
    const large = await transfer(900);
    assert.deepEqual([large.status, large.answer['error']], [403, 'forbidden']);
    assert.match(String(large.answer['message']), /900\.00 EUR is more.*too-much/);
    const unknown = await ask('/v3/profiles/77/transfers/5/payments', { type: 'BALANCE' });
    assert.equal(unknown.status, 403);
    assert.match(String(unknown.answer['message']), /unsaid/);
  });
});

/** Neither has an SDK for these calls: Braintree's is for its older gateway. */
describe('APIs without an SDK', () => {
  it('Braintree: a refund is judged in the currency of its account, and refused as GraphQL refuses', async () => {
    const query = 'mutation R($input: RefundTransactionInput!) { refundTransaction(input: $input) { refund { id } } }';
    const refund = (amount: string) => ({ query, variables: { input: { transactionId: 'tx1', refund: { amount } } } });
    const before = origin.received.length;
    assert.equal((await post('payments.braintree-api.com', '/graphql', refund('10.00'))).status, 200);
    assert.equal((await origin.received.at(-1)?.body())?.toString(), JSON.stringify(refund('10.00')));
    const large = await post('payments.braintree-api.com', '/graphql', refund('500.01'));
    assert.equal(large.status, 200);
    assert.match(JSON.stringify(large.answer['errors']), /500\.01 USD is more.*too-much.*"errorClass":"AUTHORIZATION"/);
    assert.equal(origin.received.length, before + 1);
  });

  it('Coinbase: a withdrawal goes by its money, a coin is money that nobody knows', async () => {
    const before = origin.received.length;
    const out = (amount: string) =>
      post('api.coinbase.com', '/v2/accounts/acc-1/withdrawals', { amount, currency: 'USD', payment_method: 'pm-1' });
    assert.equal((await out('100.00')).status, 200);
    const coin = { type: 'send', to: 'bc1q', amount: '0.1', currency: 'BTC' };
    for (const [said, policy] of [
      [await out('500.01'), /too-much/],
      [await post('api.coinbase.com', '/v2/accounts/acc-1/transactions', coin), /unsaid/],
    ] as const) {
      assert.equal(said.status, 403);
      assert.match(JSON.stringify(said.answer['errors']), policy);
    }
    assert.equal(origin.received.length, before + 1);
  });
});
