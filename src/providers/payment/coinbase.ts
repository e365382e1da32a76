// Coinbase: sends, withdrawals and deposits of money or coins, and trades. A coin has no minor unit here: its amount stays text.

import { isoScale } from '../../classify/currency.ts';
import { isAssetAmount } from '../../classify/decimal-amount.ts';
import { readPath, textAt } from '../../classify/json-path.ts';
import { isJsonObject, type JsonObject } from '../../classify/strict-json.ts';
import type { Provider } from '../provider.ts';
import { readMoney } from './json-money.ts';
import {
  type JsonCall,
  type JsonPaymentRoute,
  priced,
  type ReadDetails,
  readCounterparty,
  UNVERIFIED,
  vendorAccount,
} from './json-payment.ts';
import type { PaymentDetail, PaymentVerb } from './payment-action.ts';
import { paymentProvider } from './payment-api.ts';

/** What it keeps accounts in. Not all of ISO 4217: MNT is a coin here, and the tugrik there. */
const FIAT: ReadonlySet<string> = new Set('AED AUD BRL CAD CHF EUR GBP JPY PHP SGD TRY USD'.split(' '));
const ASSET = /^[A-Z0-9]{2,16}$/;

const SEND_VERBS: Readonly<Record<string, PaymentVerb>> = { send: 'payout', transfer: 'transfer', request: 'charge' };

const UNPRICED_ORDER: JsonPaymentRoute = { verb: 'order', read: priced(null, ['order_id'], isoScale) };

export const coinbase: Provider = paymentProvider({
  name: 'coinbase',
  hosts: ['api.coinbase.com', '*.coinbase.com'],
  routes: {
    'POST v2/accounts/:id/transactions': { verb: 'payout', read: send },
    'POST v2/accounts/:id/withdrawals': { verb: 'payout', read: moves(['payment_method']) },
    'POST v2/accounts/:id/withdrawals/:id/commit': { verb: 'payout', read: priced(null, [':1'], isoScale) },
    'POST v2/accounts/:id/deposits': { verb: 'topup', read: moves(['payment_method']) },
    'POST v2/accounts/:id/deposits/:id/commit': { verb: 'topup', read: priced(null, [':1'], isoScale) },
    'POST api/v3/brokerage/orders': { verb: 'order', read: order },
    'POST api/v3/brokerage/orders/edit': UNPRICED_ORDER,
    'POST api/v3/brokerage/orders/batch_cancel': UNPRICED_ORDER,
    'POST api/v3/brokerage/convert/trade/:id': { verb: 'order', read: UNVERIFIED },
  },
  account: ({ request, document, ids }) => {
    if (request.segments[0] === 'v2') return vendorAccount('coinbase', ids[0]);
    return vendorAccount('coinbase', document === null ? undefined : textAt(document, 'retail_portfolio_id'));
  },
  denial: (message) => ({ errors: [{ id: 'forbidden', message }] }),
});

function moves(counterparty: readonly string[]): ReadDetails {
  return (call) => {
    const amount = readAmount(call.document);
    const who = readCounterparty(call, counterparty);
    return amount === null || who === null ? null : [{ ...amount, counterparty: who }];
  };
}

function send(call: JsonCall): readonly PaymentDetail[] | null {
  const type = textAt(call.document, 'type');
  const verb = typeof type === 'string' && Object.hasOwn(SEND_VERBS, type) ? SEND_VERBS[type] : undefined;
  const details = moves(['to'])(call);
  return verb === undefined || details === null ? null : details.map((detail) => ({ ...detail, verb }));
}

/** INVARIANT: what is no currency has no amount in minor units, so no limit on money can hold for it. */
function readAmount(document: JsonObject): PaymentDetail | null {
  const code = textAt(document, 'currency');
  if (typeof code !== 'string') return null;
  if (FIAT.has(code.toUpperCase())) {
    const money = readMoney(document, { value: 'amount', currency: 'currency', unit: 'major' }, isoScale);
    return money === null || money === undefined ? null : money;
  }
  return assetOf(code, textAt(document, 'amount'));
}

function assetOf(code: string, amount: string | undefined | null): PaymentDetail | null {
  if (typeof amount !== 'string' || !isAssetAmount(amount) || !ASSET.test(code)) return null;
  return { asset: code, assetAmount: amount };
}

/** `{"order_configuration":{"market_market_ioc":{"quote_size":"10"}}}`: exactly one kind of order, with exactly one size. */
function order(call: JsonCall): readonly PaymentDetail[] | null {
  const product = textAt(call.document, 'product_id');
  const side = textAt(call.document, 'side');
  const [base = '', quote = '', more] = typeof product === 'string' ? product.split('-') : [];
  if ((side !== 'BUY' && side !== 'SELL') || !ASSET.test(base) || !ASSET.test(quote) || more !== undefined) return null;
  const size = orderSize(call.document, base, quote);
  return size === null ? null : [{ ...size, counterparty: `${base}-${quote}`, side: side === 'BUY' ? 'buy' : 'sell' }];
}

function orderSize(document: JsonObject, base: string, quote: string): PaymentDetail | null {
  const kinds = readPath(document, 'order_configuration');
  const [kind, other] = kinds.state === 'one' && isJsonObject(kinds.value) ? Object.values(kinds.value) : [];
  if (!isJsonObject(kind) || other !== undefined) return null;
  const inQuote = textAt(kind, 'quote_size');
  const inBase = textAt(kind, 'base_size');
  if (inQuote === null || inBase === null || (inQuote === undefined) === (inBase === undefined)) return null;
  if (inQuote === undefined || !FIAT.has(quote)) return assetOf(inQuote === undefined ? base : quote, inQuote ?? inBase);
  const size: JsonObject = { value: inQuote, currency: quote };
  return readMoney(size, { value: 'value', currency: 'currency', unit: 'major' }, isoScale) ?? null;
}
