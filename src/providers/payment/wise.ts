// Wise: a quote, a transfer made of it, and the call that funds it, which names neither. Their answers tell what it comes to.

import { isoScale } from '../../classify/currency.ts';
import { textAt } from '../../classify/json-path.ts';
import type { Learnt } from '../../classify/known.ts';
import type { JsonObject } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { type Money, type MoneyPlace, type MoneyReading, readMoney } from './json-money.ts';
import { type JsonCall, priced, readCounterparty, UNVERIFIED, vendorAccount } from './json-payment.ts';
import type { PaymentDetail } from './payment-action.ts';
import { paymentProvider } from './payment-api.ts';
import { learnt, recalled } from './payment-recall.ts';

const QUOTE = 'wise-quote';
const TRANSFER = 'wise-transfer';

const QUOTE_SOURCE: MoneyPlace = { value: 'sourceAmount', currency: 'sourceCurrency', unit: 'major' };
const QUOTE_TARGET: MoneyPlace = { value: 'targetAmount', currency: 'targetCurrency', unit: 'major' };
const TRANSFER_SOURCE: MoneyPlace = { value: 'sourceValue', currency: 'sourceCurrency', unit: 'major' };
const TRANSFER_TARGET: MoneyPlace = { value: 'targetValue', currency: 'targetCurrency', unit: 'major' };

export const wise: Provider = paymentProvider({
  name: 'wise',
  hosts: ['api.wise.com', '*.wise.com', '*.wise-sandbox.com', '*.transferwise.com', '*.transferwise.tech'],
  path: unversioned,
  routes: {
    'POST profiles/:id/quotes': { verb: 'quote', read: quote, learn: learnQuote },
    // Where money can go from then on: a recipient with a bank account.
    'POST accounts': { verb: 'config', read: priced(null, [], isoScale) },
    'POST transfers': { verb: 'transfer', read: create, learn: learnTransfer },
    'POST profiles/:id/transfers/:id/payments': {
      verb: 'transfer',
      read: fund,
      ask: { target: (id) => `/v1/transfers/${id}`, id: 'id', read: transferMoney },
    },
    'POST profiles/:id/batch-groups': { verb: 'transfer', read: UNVERIFIED },
    'PATCH profiles/:id/batch-groups/:id': { verb: 'transfer', read: UNVERIFIED },
    'POST profiles/:id/batch-groups/:id/transfers': { verb: 'transfer', read: UNVERIFIED },
    'POST profiles/:id/batch-payments/:id/payments': { verb: 'transfer', read: UNVERIFIED },
    'POST profiles/:id/balance-movements': { verb: 'transfer', read: UNVERIFIED },
  },
  // The profile of the path is whose money it is; a transfer is made in the profile of its quote, which the call does not name.
  account: ({ ids }) => vendorAccount('wise', ids[0]),
  denial: (message) => ({ error: 'forbidden', message }),
});

/** `/v3/profiles/…` and `/2026Q3/profiles/…`. INVARIANT: a path without a version fits no route. */
function unversioned({ segments }: RequestView): readonly string[] {
  const [version = '', ...rest] = segments;
  return /^(?:v[1-9][0-9]?|20[0-9]{2}Q[1-4])$/.test(version) ? rest : [];
}

/** Either what is to be sent or what is to arrive; both at once is not what the API takes. */
function quote(call: JsonCall): readonly PaymentDetail[] | null {
  const source = readMoney(call.document, QUOTE_SOURCE, isoScale);
  const target = readMoney(call.document, QUOTE_TARGET, isoScale);
  const counterparty = readCounterparty(call, ['targetAccount']);
  if (source === null || target === null || counterparty === null || (source !== undefined && target !== undefined)) return null;
  return [{ ...(source ?? target), counterparty }];
}

function create(call: JsonCall): readonly PaymentDetail[] | null {
  const counterparty = readCounterparty(call, ['targetAccount']);
  const id = readCounterparty(call, ['quoteUuid']);
  if (counterparty === null || id === null) return null;
  const known = recalled(call.known, QUOTE, id);
  return [{ ...known, counterparty: counterparty ?? known.counterparty }];
}

function fund(call: JsonCall): readonly PaymentDetail[] | null {
  const [, id] = call.ids;
  const known = recalled(call.known, TRANSFER, id);
  return [{ ...known, counterparty: known.counterparty ?? id }];
}

/** INVARIANT: only the answer's own amount counts. A repeated `customerTransactionId` is answered with the first transfer. */
function learnQuote(answer: JsonObject): readonly Learnt[] {
  const id = textAt(answer, 'id');
  if (typeof id !== 'string' || id === '') return [];
  const account = textAt(answer, 'targetAccount') ?? undefined;
  return [learnt(QUOTE, id, firstOf(answer, [QUOTE_SOURCE, QUOTE_TARGET]), account)];
}

function learnTransfer(answer: JsonObject): readonly Learnt[] {
  const id = textAt(answer, 'id');
  if (typeof id !== 'string' || id === '') return [];
  return [learnt(TRANSFER, id, transferMoney(answer), textAt(answer, 'targetAccount') ?? undefined)];
}

function transferMoney(answer: JsonObject): Money | undefined {
  return firstOf(answer, [TRANSFER_SOURCE, TRANSFER_TARGET]);
}

/** What leaves, or where that is not settled yet (absent or 0) what arrives. */
function firstOf(answer: JsonObject, places: readonly MoneyPlace[]): Money | undefined {
  const readings: readonly MoneyReading[] = places.map((place) => readMoney(answer, place, isoScale));
  return readings.find((money) => money !== null && money !== undefined && money.amountMinor > 0) ?? undefined;
}
