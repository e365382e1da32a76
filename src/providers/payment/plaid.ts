// Plaid: everything is POST. Amounts are decimals in main units; a transfer may name an authorization instead, learnt from its answer.

import { isoScale } from '../../classify/currency.ts';
import { textAt } from '../../classify/json-path.ts';
import type { JsonObject } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { majorAt, type MoneyPlace, readMoney } from './json-money.ts';
import { type JsonCall, priced, type ReadDetails, readCounterparty, UNVERIFIED, vendorAccount } from './json-payment.ts';
import type { PaymentDetail } from './payment-action.ts';
import { paymentProvider } from './payment-api.ts';
import { learnt, type ReadLearnt, recalled } from './payment-recall.ts';

const AUTHORIZATION = 'plaid-authorization';

/** A transfer's amount: its currency is US dollars unless it says otherwise. */
const AMOUNT: MoneyPlace = { value: 'amount', currency: 'iso_currency_code', unit: 'major', fallback: 'USD' };

const payment = (counterparty: string): ReadDetails => priced(majorAt('amount'), [counterparty], isoScale);

export const plaid: Provider = paymentProvider({
  name: 'plaid',
  hosts: ['production.plaid.com', 'sandbox.plaid.com', '*.plaid.com'],
  routes: {
    'POST transfer/authorization/create': { verb: 'quote', read: transfer('type', ['account_id']), learn: learnAuthorization },
    'POST transfer/create': { verb: 'transfer', read: authorized },
    'POST transfer/recurring/create': { verb: 'subscribe', read: transfer('type', ['account_id']) },
    'POST transfer/refund/create': { verb: 'refund', read: priced(AMOUNT, ['transfer_id'], isoScale) },
    'POST transfer/ledger/withdraw': { verb: 'payout', read: priced(AMOUNT, ['funding_account_id'], isoScale) },
    'POST transfer/ledger/deposit': { verb: 'topup', read: priced(AMOUNT, ['funding_account_id'], isoScale) },
    'POST transfer/ledger/distribute': { verb: 'transfer', read: priced(AMOUNT, ['to_ledger_id'], isoScale) },
    'POST transfer/intent/create': { verb: 'transfer', read: transfer('mode', ['account_id', 'funding_account_id']) },
    'POST payment_initiation/payment/create': { verb: 'transfer', read: payment('recipient_id') },
    'POST payment_initiation/consent/payment/execute': { verb: 'transfer', read: payment('consent_id') },
    'POST payment_initiation/payment/reverse': { verb: 'refund', read: payment('payment_id') },
    'POST wallet/transaction/execute': { verb: 'payout', read: walletPayout },
    'POST processor/bank_transfer/create': { verb: 'transfer', read: transfer('type', ['account_id']) },
    'POST bank_transfer/create': { verb: 'transfer', read: UNVERIFIED },
  },
  isRead,
  account: () => vendorAccount('plaid'),
  denial: (message) => ({
    error_type: 'INVALID_REQUEST',
    error_code: 'POLICY_DENIED',
    error_message: message,
    display_message: null,
    request_id: 'interlock',
  }),
});

/** INVARIANT: only `…/get` and `…/list` are reads. `…/sync`, `…/create`, `…/exchange`, `…/getter` and the like are not. */
function isRead(request: RequestView): boolean {
  const last = request.segments.at(-1);
  if (request.method !== 'POST' || (last !== 'get' && last !== 'list')) return false;
  return (
    request.segments.length <= 6 && request.segments.length > 1 && request.segments.every((part) => /^[a-z0-9_]+$/.test(part))
  );
}

/** `directionPlace`: where it says whether money is taken from the other side or given to it. */
function transfer(directionPlace: string, counterparty: readonly string[]): ReadDetails {
  return (call) => {
    const money = readMoney(call.document, AMOUNT, isoScale);
    const direction = readDirection(call.document, directionPlace);
    const who = readCounterparty(call, counterparty);
    return money === null || direction === null || who === null ? null : [{ ...money, direction, counterparty: who }];
  };
}

/** What the authorization allows is the most that the transfer moves; an amount of its own may only be less. */
function authorized(call: JsonCall): readonly PaymentDetail[] | null {
  const details = transfer('type', ['account_id'])(call);
  const id = readCounterparty(call, ['authorization_id']);
  if (details === null || id === null) return null;
  const known = recalled(call.known, AUTHORIZATION, id);
  const facts = id === undefined ? undefined : call.known.find(AUTHORIZATION, id);
  const direction = directionOf(facts?.['direction']);
  return details.map((detail) => ({
    ...(detail.amountMinor === undefined ? { ...detail, ...known } : detail),
    counterparty: detail.counterparty ?? known.counterparty,
    direction: detail.direction ?? direction,
  }));
}

function learnAuthorization(answer: JsonObject): ReturnType<ReadLearnt> {
  const id = textAt(answer, 'authorization.id');
  const proposed = 'authorization.proposed_transfer';
  const money = readMoney(
    answer,
    { value: `${proposed}.amount`, currency: `${proposed}.iso_currency_code`, unit: 'major', fallback: 'USD' },
    isoScale,
  );
  const direction = readDirection(answer, `${proposed}.type`);
  const account = textAt(answer, `${proposed}.account_id`);
  if (typeof id !== 'string' || id === '') return [];
  const found = learnt(AUTHORIZATION, id, money ?? undefined, account ?? undefined);
  return [direction === null || direction === undefined ? found : { ...found, facts: { ...found.facts, direction } }];
}

function walletPayout(call: JsonCall): readonly PaymentDetail[] | null {
  const money = readMoney(call.document, majorAt('amount', 'value', 'iso_currency_code'), isoScale);
  const who = readCounterparty(call, [
    'counterparty.numbers.international.iban',
    'counterparty.numbers.bacs.account',
    'wallet_id',
  ]);
  return money === null || who === null ? null : [{ ...money, counterparty: who, direction: 'credit' }];
}

/** Undefined: not said. Null: a word that is none of the documented ones. */
function readDirection(document: JsonObject, place: string): 'debit' | 'credit' | undefined | null {
  const word = textAt(document, place);
  if (word === undefined || word === null) return word;
  return directionOf(word) ?? null;
}

function directionOf(word: unknown): 'debit' | 'credit' | undefined {
  if (word === 'debit' || word === 'PAYMENT') return 'debit';
  return word === 'credit' || word === 'DISBURSEMENT' ? 'credit' : undefined;
}
