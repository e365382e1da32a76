// PayPal: amounts are decimals in main units. An order is captured by its id, a capture refunded without an amount for all that is left.

import type { Action } from '../../classify/action.ts';
import { isFormType, isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { paypalScale } from '../../classify/currency.ts';
import { readForm } from '../../classify/form.ts';
import { readPath, textAt } from '../../classify/json-path.ts';
import { isJsonArray, isJsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { majorAt, type MoneyReading, readMoney, sumByCurrency } from './json-money.ts';
import { type AccountReading, type JsonCall, type JsonPaymentRoute, priced, vendorAccount } from './json-payment.ts';
import { paymentAction } from './payment-action.ts';
import { type AccountCall, paymentProvider } from './payment-api.ts';
import type { Question } from './payment-lookup.ts';
import {
  AMOUNT,
  AUTHORIZATION,
  forgetOrder,
  later,
  learnAuthorizations,
  learnOrder,
  ORDER,
  orderDetails,
  orderMoney,
} from './paypal-orders.ts';
import { payoutDetails } from './paypal-payouts.ts';

/** Version 1 writes `{total, currency}`. */
const OLD_AMOUNT = majorAt('amount', 'total');
const ASSERTION = 'paypal-auth-assertion';
const NO_AMOUNT = (): MoneyReading => undefined;

const ASK_ORDER: Question = { target: (id) => `/v2/checkout/orders/${id}`, id: 'id', read: orderMoney };

export const paypal: Provider = paymentProvider({
  name: 'paypal',
  hosts: ['api-m.paypal.com', 'api-m.sandbox.paypal.com', 'api.paypal.com', 'api.sandbox.paypal.com', '*.paypal.com'],
  routes: {
    // With a payment source it may complete at once; without, nobody says how much at the capture: judged here either way.
    'POST v2/checkout/orders': { verb: 'charge', read: orderDetails, learn: learnOrder },
    'PATCH v2/checkout/orders/:id': { verb: 'charge', list: true, read: patch, learn: forgetOrder },
    'POST v2/checkout/orders/:id/capture': { verb: 'capture', read: later(ORDER, NO_AMOUNT), ask: ASK_ORDER },
    'POST v2/checkout/orders/:id/authorize': {
      verb: 'charge',
      read: later(ORDER, NO_AMOUNT),
      learn: learnAuthorizations,
      ask: ASK_ORDER,
    },
    'POST v2/payments/authorizations/:id/capture': {
      verb: 'capture',
      read: later(AUTHORIZATION, (call) => readMoney(call.document, AMOUNT, paypalScale)),
      ask: asked('/v2/payments/authorizations/', 'CREATED'),
    },
    'POST v2/payments/captures/:id/refund': {
      verb: 'refund',
      read: priced(AMOUNT, [':0'], paypalScale),
      // Once a part went back the answer does not tell what is left.
      ask: asked('/v2/payments/captures/', 'COMPLETED'),
    },
    'POST v1/payments/payouts': { verb: 'payout', read: payoutDetails },
    'POST v1/billing/subscriptions/:id/capture': { verb: 'charge', read: priced(AMOUNT, [':0'], paypalScale) },
    'POST v1/payments/payment/:id/execute': { verb: 'charge', read: execute },
    'POST v1/payments/sale/:id/refund': { verb: 'refund', read: priced(OLD_AMOUNT, [':0'], paypalScale) },
  },
  account,
  idempotency: { at: 'header', name: 'paypal-request-id' },
  accountHeaders: [ASSERTION],
  credentialHeaders: ['authorization', ASSERTION],
  special: signIn,
  denial: (message) => ({ name: 'NOT_AUTHORIZED', message, debug_id: 'interlock', details: [] }),
});

function asked(collection: string, status: string): Question {
  return {
    target: (id) => `${collection}${id}`,
    id: 'id',
    read: (answer) => (textAt(answer, 'status') === status ? readMoney(answer, AMOUNT, paypalScale) : null),
  };
}

/** How much the order comes to afterwards is not in the patch. What is no list of operations can't be told. */
function patch(call: JsonCall): ReturnType<JsonPaymentRoute['read']> {
  const [id] = call.ids;
  return call.items.length > 0 && call.items.every(isJsonObject) ? [{ counterparty: id }] : null;
}

/** Version 1: the amount may be named again, and then it is that. */
function execute(call: JsonCall): ReturnType<JsonPaymentRoute['read']> {
  const [counterparty] = call.ids;
  const list = readPath(call.document, 'transactions');
  if (list.state === 'absent') return [{ counterparty }];
  if (list.state !== 'one' || !isJsonArray(list.value) || list.value.length > 100) return null;
  const readings = list.value.map((item) => (isJsonObject(item) ? readMoney(item, OLD_AMOUNT, paypalScale) : null));
  return sumByCurrency(readings)?.map((money) => ({ ...money, counterparty })) ?? null;
}

/**
 * INVARIANT: only the plain trade of the key for a token of its own account is a sign-in. Another grant, an account of somebody else's or
 * any parameter besides is an unknown write.
 */
function signIn(request: RequestView, body: InspectedBody): readonly Action[] | null {
  if (request.method !== 'POST' || request.segments.join('/') !== 'v1/oauth2/token') return null;
  const media = mediaType(request.headers);
  if (request.query !== '' || media.problem !== null || !isFormType(media) || !isUtf8Type(media)) return null;
  const { fields, problem } = readForm(body.bytes);
  const [field, other] = fields;
  if (body.problem !== null || problem !== null || request.ambiguousPath || other !== undefined) return null;
  if (request.headers.has('content-encoding') || field?.path.join('.') !== 'grant_type') return null;
  if (field.value !== 'client_credentials') return null;
  const { account: of, sure } = account({ request });
  return sure ? [paymentAction(request, { verb: 'sign-in', account: of, inspected: true })] : null;
}

/** The key's own account, or the merchant that a `PayPal-Auth-Assertion` (an unsigned JWT) acts for. */
function account({ request }: Pick<AccountCall, 'request'>): AccountReading {
  const [value, second] = request.headers.all(ASSERTION);
  if (value === undefined) return vendorAccount('paypal');
  const claims = readJson(Buffer.from(value.split('.')[1] ?? '', 'base64url')).value;
  if (second !== undefined || !isJsonObject(claims)) return vendorAccount('paypal', null);
  const merchant = textAt(claims, 'payer_id');
  return vendorAccount('paypal', merchant === undefined ? (textAt(claims, 'email') ?? null) : merchant);
}
