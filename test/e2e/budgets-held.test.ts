// What is reserved when: nothing while a request waits, the substitute where one goes, and for good when the gateway dies before the answer.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Choice } from '../../src/approve/ticket.ts';
import { curl } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startStripeOrigin } from '../support/stripe-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const permit = (id: string, more: string, when: string) =>
  `@id("${id}") @reason("Held.") ${more} permit (principal, action == Action::"payment.refund", resource) when { ${when} };\n`;
const amountIs = (amount: number) => `context has amountMinor && context.amountMinor == ${amount}`;

const ca = stack.use(await createThrowawayCa());
const stripe = stack.use(await startStripeOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'api.stripe.com': stripe.address },
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
    policies: [
      permit('held', '@verdict("wait") @approvers("finance")', amountIs(2_000)),
      permit('held-offering', '@verdict("wait") @approvers("finance") @offer("to-500")', amountIs(2_001)),
      permit('cut', '@verdict("constrain") @constrain("to-700")', amountIs(3_000)),
      '@id("refund-budget") @reason("Too much: {budget.refunds}.")',
      'forbid (principal, action == Action::"payment.refund", resource) when { context.budget.refunds > 8000 };',
    ].join('\n'),
    constraints:
      [500, 700].map((to) => `to-${to}:\n  type: set\n  field: amount\n  value: ${to}\n`).join('') +
      'company-recipients:\n  type: keep-recipients\n  domains: [example.com]\nas-pull-request:\n  type: pull-request\n  prefix: agent/\nrefund-500:\n  type: set\n  field: amount\n  value: 50000\n',
    budgets: 'refunds:\n  of: payment.refund\n  measure: sum amountMinor\n  per: agent\n  window: sliding 24h\n',
    config: { approvals: { holdSeconds: 0 } },
  }),
);
const { token } = await interlock.addAgent('bot', { teams: ['support'], user: 'ada' });
const fay = await interlock.addUser('fay', ['finance']);

async function refund(amount: number): Promise<number> {
  const url = 'https://api.stripe.com/v1/refunds';
  const args = [url, '-u', 'sk_test_interlock:', '-d', `charge=ch_known&amount=${amount}`];
  return (await curl(interlock.login('bot', token), args)).status;
}

async function used(): Promise<number> {
  return (await interlock.operator.listBudgets()).reduce((sum, view) => sum + (view.used ?? 0), 0);
}

async function approve(choice: Choice = {}): Promise<void> {
  const [ticket] = await interlock.tickets('pending');
  await interlock.operator.decideTicket(ticket?.id ?? '', 'approve', fay, choice);
}

test('what waits uses nothing, and what goes by its approval does', async () => {
  assert.notEqual(await refund(2_000), 200);
  assert.equal(await used(), 0);
  await approve();
  assert.equal(await used(), 0, 'an approval that nobody has used');
  assert.equal(await refund(2_000), 200);
  assert.equal(await used(), 2_000);
});

test('an edit that approvers chose, and a constraint, use what is sent', async () => {
  assert.notEqual(await refund(2_001), 200);
  await approve({ edit: 'to-500' });
  assert.equal(await refund(2_001), 200);
  assert.equal(await used(), 2_500);
  assert.equal(await refund(3_000), 200);
  assert.equal(await used(), 3_200);
  assert.deepEqual(
    stripe.movements.map(({ fields }) => fields['amount']),
    ['2000', '500', '700'],
  );
});

test('killed between verdict and answer: what was reserved stays spent', async () => {
  const before = stripe.movements.length;
  const { promise, resolve } = Promise.withResolvers<void>();
  stripe.pause = promise;
  const lost = refund(1_000);
  await waitFor(() => (stripe.movements.length > before ? true : undefined));
  await interlock.kill9();
  resolve();
  stripe.pause = null;
  assert.notEqual(await lost, 200);
  await interlock.start({ warm: true });
  assert.equal(await used(), 4_200);
  assert.equal(await refund(3_801), 403);
  assert.equal(await refund(3_800), 200);
  assert.equal(await used(), 8_000);
  assert.equal((await interlock.verify()).ok, true);
});
