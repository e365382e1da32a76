// Square: amounts are `{amount, currency}` in minor units; a tip comes on top of the amount.

import { isoScale } from '../../classify/currency.ts';
import { textAt } from '../../classify/json-path.ts';
import type { Provider } from '../provider.ts';
import { addMoney, type MoneyPlace, minorAt, readMoney } from './json-money.ts';
import { type JsonPaymentRoute, priced, type ReadDetails, readCounterparty, UNVERIFIED, vendorAccount } from './json-payment.ts';
import { type AccountCall, paymentProvider } from './payment-api.ts';

const SUBSCRIPTION: JsonPaymentRoute = { verb: 'subscribe', read: priced(null, [':0'], isoScale) };

export const square: Provider = paymentProvider({
  name: 'square',
  hosts: ['connect.squareup.com', 'connect.squareupsandbox.com', '*.squareup.com', '*.squareupsandbox.com'],
  routes: {
    // Without `autocomplete` it is only approved, and the call that completes it names no amount: judged as the charge it becomes.
    'POST v2/payments': { verb: 'charge', read: withTip('', ['customer_id', 'source_id']) },
    'PUT v2/payments/:id': { verb: 'charge', read: withTip('payment.', [':0']) },
    'POST v2/payments/:id/complete': {
      verb: 'capture',
      read: priced(null, [':0'], isoScale),
      // The total has the tip in it.
      ask: {
        target: (id) => `/v2/payments/${id}`,
        id: 'payment.id',
        read: (answer) => readMoney(answer, money('payment.total_money'), isoScale),
      },
    },
    // An unlinked refund goes to `destination_id`, whatever was paid before.
    'POST v2/refunds': { verb: 'refund', read: priced(money('amount_money'), ['destination_id', 'payment_id'], isoScale) },
    'POST v2/invoices/:id/publish': { verb: 'charge', read: priced(null, [':0'], isoScale) },
    'POST v2/subscriptions': { verb: 'subscribe', read: priced(null, ['customer_id'], isoScale) },
    'PUT v2/subscriptions/:id': SUBSCRIPTION,
    'POST v2/subscriptions/:id/resume': SUBSCRIPTION,
    'POST v2/subscriptions/:id/swap-plan': SUBSCRIPTION,
    'POST v2/gift-cards/activities': { verb: 'topup', read: UNVERIFIED },
  },
  account,
  idempotency: { at: 'body', name: 'idempotency_key' },
  credentialHeaders: ['authorization', 'square-version'],
  denial: (detail) => ({ errors: [{ category: 'AUTHENTICATION_ERROR', code: 'FORBIDDEN', detail }] }),
});

function money(name: string): MoneyPlace {
  return minorAt(name, 'amount');
}

function withTip(prefix: string, counterparty: readonly string[]): ReadDetails {
  return (call) => {
    const amount = readMoney(call.document, money(`${prefix}amount_money`), isoScale);
    const tip = readMoney(call.document, money(`${prefix}tip_money`), isoScale);
    const sum = amount === undefined && tip !== undefined ? undefined : addMoney(amount, tip);
    const who = readCounterparty(call, counterparty);
    return sum === null || tip === null || who === null ? null : [{ ...sum, counterparty: who }];
  };
}

/** The token's account, or the location that the body names in it. */
function account({ document }: AccountCall): ReturnType<typeof vendorAccount> {
  return vendorAccount('square', document === null ? undefined : textAt(document, 'location_id'));
}
