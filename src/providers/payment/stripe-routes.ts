// Stripe's endpoints that move money or redirect it, and where each carries its amount, currency and counterparty.

import type { PaymentVerb } from './payment-action.ts';

export interface StripeRoute {
  readonly verb: PaymentVerb;
  /** The field with the whole amount, as a form key; null when the request never says it. */
  readonly amount: string | null;
  /** The field with the currency; null where there is none. */
  readonly currency: string | null;
  /** Fields that make the amount say less than the whole: when one is there, the amount is not known. */
  readonly unless: readonly string[];
  /** Fields, best first, that name the other side; `:id` is the id in the path. */
  readonly counterparty: readonly string[];
  /** The amount may be negative; its size is what is judged. */
  readonly signed?: true;
}

type RouteTable = Readonly<Record<string, StripeRoute>>;

const BUYER = ['transfer_data[destination]', 'destination', 'on_behalf_of', 'customer', 'source', 'payment_method'];
const REFUNDED = ['charge', 'payment_intent', 'customer'];

function route(
  verb: PaymentVerb,
  amount: string | null,
  currency: string | null,
  counterparty: readonly string[],
  unless: readonly string[] = [],
): StripeRoute {
  return { verb, amount, currency, counterparty, unless };
}

/** Nothing in the request tells how much. */
function unpriced(verb: PaymentVerb, counterparty: readonly string[] = [':id']): StripeRoute {
  return route(verb, null, 'currency', counterparty);
}

const CONFIG = unpriced('config');

/** `:id` stands for one segment. The name of the verb in the URL is not enough anywhere: a path that is not here is an unknown write. */
const POST_ROUTES: RouteTable = {
  'v1/charges': route('charge', 'amount', 'currency', BUYER),
  'v1/charges/:id/capture': route('capture', 'amount', null, [':id']),
  'v1/charges/:id/refund': route('refund', 'amount', null, [':id']),
  'v1/charges/:id/refunds': route('refund', 'amount', null, [':id']),
  // Without `confirm=true` no money moves yet, but a later confirm by id no longer says how much: judged here as the charge it becomes.
  'v1/payment_intents': route('charge', 'amount', 'currency', BUYER),
  'v1/payment_intents/:id': route('charge', 'amount', 'currency', [':id']),
  'v1/payment_intents/:id/confirm': unpriced('charge'),
  'v1/payment_intents/:id/apply_customer_balance': route('charge', 'amount', 'currency', [':id']),
  'v1/payment_intents/:id/increment_authorization': route('charge', 'amount', null, [':id']),
  'v1/payment_intents/:id/capture': route('capture', 'amount_to_capture', null, [':id']),
  'v1/refunds': route('refund', 'amount', null, REFUNDED),
  'v1/refunds/:id/cancel': unpriced('refund'),
  'v1/application_fees/:id/refund': route('refund', 'amount', null, [':id']),
  'v1/application_fees/:id/refunds': route('refund', 'amount', null, [':id']),
  'v1/transfers/:id/reversals': route('refund', 'amount', null, [':id']),
  'v1/terminal/readers/:id/refund_payment': route('refund', 'amount', null, ['charge', 'payment_intent']),
  // `amount` is the whole note only when it is not built from lines or split by hand.
  'v1/credit_notes': route(
    'refund',
    'amount',
    null,
    ['invoice'],
    ['lines', 'refund_amount', 'credit_amount', 'out_of_band_amount', 'refunds', 'shipping_cost'],
  ),
  'v1/transfers': route('transfer', 'amount', 'currency', ['destination']),
  'v1/payouts': route('payout', 'amount', 'currency', ['destination']),
  'v1/payouts/:id/cancel': unpriced('payout'),
  'v1/payouts/:id/reverse': unpriced('payout'),
  'v1/topups': route('topup', 'amount', 'currency', ['source']),
  'v1/topups/:id/cancel': unpriced('topup'),
  'v1/invoices': unpriced('charge', ['customer']),
  'v1/invoices/:id': unpriced('charge'),
  'v1/invoices/:id/pay': unpriced('charge'),
  'v1/invoices/:id/finalize': unpriced('charge'),
  'v1/invoices/:id/send': unpriced('charge'),
  'v1/invoices/:id/add_lines': unpriced('charge'),
  'v1/invoices/:id/update_lines': unpriced('charge'),
  'v1/invoiceitems': route(
    'charge',
    'amount',
    'currency',
    ['customer'],
    ['price', 'price_data', 'pricing', 'quantity', 'unit_amount', 'unit_amount_decimal'],
  ),
  'v1/invoiceitems/:id': unpriced('charge'),
  'v1/subscriptions': unpriced('subscribe', ['customer']),
  'v1/subscriptions/:id': unpriced('subscribe'),
  'v1/subscriptions/:id/resume': unpriced('subscribe'),
  'v1/subscriptions/:id/migrate': unpriced('subscribe'),
  'v1/customers/:id/subscriptions': unpriced('subscribe'),
  'v1/customers/:id/subscriptions/:id': unpriced('subscribe'),
  'v1/subscription_items': unpriced('subscribe', ['subscription']),
  'v1/subscription_items/:id': unpriced('subscribe'),
  'v1/subscription_items/:id/usage_records': unpriced('subscribe'),
  'v1/subscription_schedules': unpriced('subscribe', ['customer']),
  'v1/subscription_schedules/:id': unpriced('subscribe'),
  'v1/subscription_schedules/:id/cancel': unpriced('subscribe'),
  'v1/subscription_schedules/:id/release': unpriced('subscribe'),
  'v1/checkout/sessions': unpriced('charge', ['payment_intent_data[transfer_data][destination]', 'customer']),
  'v1/payment_links': unpriced('charge', ['transfer_data[destination]']),
  'v1/payment_links/:id': unpriced('charge'),
  'v1/quotes/:id/accept': unpriced('charge'),
  // May be negative (a credit): the size is what counts against a limit, and a credit is not a refund of anything.
  'v1/customers/:id/balance_transactions': { ...route('charge', 'amount', 'currency', [':id']), signed: true },
  'v1/treasury/outbound_payments': route('payout', 'amount', 'currency', ['destination_payment_method', 'customer']),
  'v1/treasury/outbound_transfers': route('payout', 'amount', 'currency', ['destination_payment_method']),
  'v1/treasury/inbound_transfers': route('topup', 'amount', 'currency', ['origin_payment_method']),
  'v2/money_management/outbound_payments': route('payout', 'amount[value]', 'amount[currency]', ['to[recipient]']),
  'v2/money_management/outbound_transfers': route('payout', 'amount[value]', 'amount[currency]', ['to[payout_method]']),
  'v2/money_management/inbound_transfers': route('topup', 'amount[value]', 'amount[currency]', ['from[payment_method]']),
  'v2/money_management/payout_intents': route('payout', 'amount[value]', 'amount[currency]', [
    'to[recipient]',
    'to[payout_method]',
  ]),
  'v2/money_management/payout_intents/:id/confirm': unpriced('payout'),
  'v2/money_management/outbound_setup_intents': CONFIG,
  'v1/issuing/cards': CONFIG,
  'v1/issuing/cards/:id': CONFIG,
  'v1/issuing/authorizations/:id/approve': route('charge', 'amount', null, [':id']),
  'v1/terminal/readers/:id/process_payment_intent': unpriced('charge', ['payment_intent']),
  'v1/terminal/readers/:id/confirm_payment_intent': unpriced('charge', ['payment_intent']),
  'v1/terminal/readers/:id/collect_payment_method': unpriced('charge', ['payment_intent']),
  'v1/accounts': CONFIG,
  'v1/accounts/:id': CONFIG,
  'v1/accounts/:id/external_accounts': CONFIG,
  'v1/accounts/:id/external_accounts/:id': CONFIG,
  'v1/accounts/:id/bank_accounts': CONFIG,
  'v1/accounts/:id/bank_accounts/:id': CONFIG,
  'v1/account': CONFIG,
  'v1/account/external_accounts': CONFIG,
  'v1/account/external_accounts/:id': CONFIG,
  'v1/account_links': CONFIG,
  'v1/account_sessions': CONFIG,
  'v1/balance_settings': CONFIG,
  'v1/webhook_endpoints': CONFIG,
  'v1/webhook_endpoints/:id': CONFIG,
  'v1/ephemeral_keys': CONFIG,
  'v2/core/accounts': CONFIG,
  'v2/core/accounts/:id': CONFIG,
  'v2/core/account_links': CONFIG,
  'v2/core/event_destinations': CONFIG,
  'v2/core/event_destinations/:id': CONFIG,
};

const DELETE_ROUTES: RouteTable = {
  'v1/subscriptions/:id': unpriced('subscribe'),
  'v1/subscription_items/:id': unpriced('subscribe'),
  'v1/customers/:id/subscriptions/:id': unpriced('subscribe'),
  'v1/accounts/:id': CONFIG,
  'v1/accounts/:id/external_accounts/:id': CONFIG,
  'v1/accounts/:id/bank_accounts/:id': CONFIG,
  'v1/account/external_accounts/:id': CONFIG,
  'v1/webhook_endpoints/:id': CONFIG,
  'v2/core/event_destinations/:id': CONFIG,
};

const ROUTES: Readonly<Record<string, ReadonlyMap<string, StripeRoute>>> = {
  POST: new Map(Object.entries(POST_ROUTES)),
  DELETE: new Map(Object.entries(DELETE_ROUTES)),
};

/** The words of the API: everything else in a path is an id. `create_preview` and `search` are words where an id may stand. */
const WORDS: ReadonlySet<string> = new Set(
  [...Object.keys(POST_ROUTES), ...Object.keys(DELETE_ROUTES), 'create_preview', 'upcoming', 'search']
    .flatMap((path) => path.split('/'))
    .filter((word) => word !== ':id'),
);

/** Null for a write that is not known to move or redirect money: judged as an unknown one. */
export function stripeRoute(
  method: string,
  segments: readonly string[],
): { readonly route: StripeRoute; readonly id: string | undefined } | null {
  const table = ROUTES[method];
  if (table === undefined || segments.length > 8) return null;
  const id = segments.find((segment) => !WORDS.has(segment));
  const found = table.get(segments.map((segment) => (WORDS.has(segment) ? segment : ':id')).join('/'));
  return found === undefined ? null : { route: found, id };
}
