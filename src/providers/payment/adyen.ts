// Adyen: checkout, the classic payment and payout services, and transfers of the balance platform. Amounts are `{value, currency}` in minor
// units, by Adyen's own decimals.

import { adyenScale } from '../../classify/currency.ts';
import { readPath, textAt } from '../../classify/json-path.ts';
import type { Learnt } from '../../classify/known.ts';
import { isJsonArray, type JsonObject } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { minorAt, type MoneyPlace, readMoney } from './json-money.ts';
import {
  type AccountReading,
  type JsonCall,
  type JsonPaymentRoute,
  priced,
  readCounterparty,
  vendorAccount,
} from './json-payment.ts';
import type { PaymentDetail, PaymentVerb } from './payment-action.ts';
import { type AccountCall, paymentProvider } from './payment-api.ts';
import { learnt, moneyOf, recalled, type SentCall } from './payment-recall.ts';

const AMOUNT = minorAt('amount');
const MODIFICATION = minorAt('modificationAmount');
const PAYOUT = 'adyen-payout';

const WHERE_TO = [
  'counterparty.balanceAccountId',
  'counterparty.transferInstrumentId',
  'counterparty.bankAccount.storedBankAccountId',
  'counterparty.bankAccount.accountIdentification.iban',
  'counterparty.bankAccount.accountIdentification.accountNumber',
  'counterparty.card.storedPaymentMethodId',
];
/** More transfers than anybody approves at once. */
const MAX_APPROVED = 500;

export const adyen: Provider = paymentProvider({
  name: 'adyen',
  // Live hosts have the customer's own prefix: `{prefix}-checkout-live.adyenpayments.com`.
  hosts: ['*.adyen.com', '*.adyenpayments.com'],
  idempotency: { at: 'header', name: 'idempotency-key' },
  path: servicePath,
  routes: {
    'POST checkout/payments': call('charge', AMOUNT, ['shopperReference']),
    'POST checkout/payments/:id/captures': call('capture', AMOUNT, [':0']),
    'POST checkout/payments/:id/refunds': call('refund', AMOUNT, [':0']),
    // All of it, refunded or cancelled as the case may be.
    'POST checkout/payments/:id/reversals': call('refund', null, [':0']),
    'POST checkout/payments/:id/cancels': call('refund', null, [':0']),
    'POST checkout/cancels': call('refund', null, ['paymentReference']),
    'POST checkout/payments/:id/amountUpdates': call('charge', AMOUNT, [':0']),
    'POST checkout/donations': call('charge', AMOUNT, ['donationAccount']),
    'POST checkout/paymentLinks': call('charge', AMOUNT, ['shopperReference']),
    'POST Payment/authorise': call('charge', AMOUNT, ['shopperReference']),
    'POST Payment/capture': call('capture', MODIFICATION, ['originalReference']),
    'POST Payment/refund': call('refund', MODIFICATION, ['originalReference']),
    'POST Payment/cancelOrRefund': call('refund', null, ['originalReference']),
    'POST Payment/adjustAuthorisation': call('charge', MODIFICATION, ['originalReference']),
    'POST Payout/payout': call('payout', AMOUNT, ['shopperReference']),
    'POST Payout/submitThirdParty': { ...call('payout', AMOUNT, ['shopperReference']), learn: learnPayout },
    'POST Payout/confirmThirdParty': { verb: 'payout', read: confirmed },
    'POST btl/transfers': { verb: 'payout', read: transfer },
    'POST btl/transfers/approve': { verb: 'payout', read: approve },
    'POST btl/transfers/:id/returns': call('refund', AMOUNT, [':0']),
    'POST btl/cashouts': call('payout', AMOUNT, ['transferInstrumentId']),
    'POST btl/grants': call('topup', null, ['grantAccountId']),
  },
  account,
  denial: (message, status) => ({
    status,
    errorCode: 'policy_denied',
    message,
    errorType: 'security',
    pspReference: 'interlock',
  }),
});

function call(verb: PaymentVerb, place: MoneyPlace | null, counterparty: readonly string[]): JsonPaymentRoute {
  return { verb, read: priced(place, counterparty, adyenScale) };
}

/**
 * `/v72/payments` and `/checkout/v72/payments` are one call, and so are all versions. INVARIANT: a path without a version where one is
 * due fits no route.
 */
function servicePath(request: RequestView): readonly string[] {
  const [first = '', second = '', third = '', fourth = '', ...rest] = request.segments;
  if (isVersion(first)) return ['checkout', ...request.segments.slice(1)];
  if ((first === 'checkout' || first === 'btl') && isVersion(second)) return [first, ...request.segments.slice(2)];
  if (first === 'pal' && second === 'servlet' && isVersion(fourth)) return [third, ...rest];
  return [];
}

function isVersion(segment: string): boolean {
  return /^v[0-9]{1,3}$/.test(segment);
}

/** Inside the platform it is a transfer; to a bank or a card, or where it does not say, the money leaves. */
function transfer(sent: JsonCall): readonly PaymentDetail[] | null {
  const money = readMoney(sent.document, AMOUNT, adyenScale);
  const counterparty = readCounterparty(sent, WHERE_TO);
  const category = textAt(sent.document, 'category');
  if (money === null || counterparty === null || category === null) return null;
  return [{ ...money, counterparty, ...(category === 'internal' ? { verb: 'transfer' } : {}) }];
}

function approve({ document }: JsonCall): readonly PaymentDetail[] | null {
  const ids = readPath(document, 'transferIds');
  if (ids.state !== 'one' || !isJsonArray(ids.value) || ids.value.length > MAX_APPROVED) return null;
  const named = ids.value.filter((id) => typeof id === 'string' && /^[A-Za-z0-9]{1,64}$/.test(id)).map(String);
  return named.length === ids.value.length ? [{ counterparties: named }] : null;
}

function confirmed(sent: JsonCall): readonly PaymentDetail[] | null {
  const reference = readCounterparty(sent, ['originalReference']);
  if (reference === null) return null;
  return [{ ...recalled(sent.known, PAYOUT, reference), counterparty: reference }];
}

/** An `Idempotency-Key` repeats an earlier answer, whose amount may be another than this request's. */
function learnPayout(answer: JsonObject, { request, actions }: SentCall): readonly Learnt[] {
  const reference = textAt(answer, 'pspReference');
  if (typeof reference !== 'string' || reference === '') return [];
  const facts = actions[0]?.facts;
  const money = facts === undefined || request.headers.has('idempotency-key') ? undefined : moneyOf(facts);
  return [learnt(PAYOUT, reference, money)];
}

function account({ document }: AccountCall): AccountReading {
  if (document === null) return vendorAccount('adyen');
  const merchant = textAt(document, 'merchantAccount');
  return vendorAccount('adyen', merchant === undefined ? textAt(document, 'balanceAccountId') : merchant);
}
