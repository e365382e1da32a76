// A tool that moves money, as the same action that a payment API's request is.

import type { Action } from '../classify/action.ts';
import { type MinorPerMajor, isCurrency, isoScale } from '../classify/currency.ts';
import { decimalMinorUnits, isAssetAmount } from '../classify/decimal-amount.ts';
import type { JsonObject } from '../classify/strict-json.ts';
import type { RequestView } from '../http/request-view.ts';
import { type PaymentDetail, paymentAction, readCurrency, readMinorUnits } from '../providers/payment/payment-action.ts';
import { textAt, wordAt } from './argument-at.ts';
import { PAYMENT_VERBS, type Source, type ToolMapping } from './tool-mapping.ts';

const MAX_ID_CHARACTERS = 256;

/** `args`: null when they could not be read. The account is the one that the file or an argument names, else the tool's own. */
export function paymentTool(view: RequestView, mapping: ToolMapping, args: JsonObject | null): readonly Action[] {
  const verb = PAYMENT_VERBS.find((one) => mapping.action === `payment.${one}`) ?? 'unknown-write';
  const { account: from } = mapping.given;
  const named = args === null ? null : wordAt(args, from);
  const detail = args === null || !isId(named) ? null : detailOf(args, mapping);
  const own = mapping.names[0] ?? 'unknown';
  const account = { type: 'Account', id: detail === null ? 'unknown' : (named ?? own) };
  return [paymentAction(view, { verb, account, inspected: detail !== null, ...detail })];
}

function detailOf(args: JsonObject, { given }: ToolMapping): PaymentDetail | null {
  const code = textAt(args, given['currency']);
  const currency = code === undefined ? undefined : code === null ? null : readCurrency(code);
  const counterparty = wordAt(args, given['counterparty']);
  if (currency === null || (currency !== undefined && !isCurrency(currency)) || !isId(counterparty)) return null;
  const scale = currency === undefined ? undefined : isoScale(currency);
  const amount = amountOf(args, given['amountMinor'] ?? given['amount'], scale);
  return amount === null ? null : { ...amount, currency, minorPerMajor: scale, counterparty: counterparty ?? undefined };
}

/** INVARIANT: main units of a currency that nobody named are no amount, until the account tells it (assume-currency.ts). */
function amountOf(
  args: JsonObject,
  source: Source | undefined,
  scale: MinorPerMajor | undefined,
): Pick<PaymentDetail, 'amountMinor' | 'amountMajor'> | null {
  const text = wordAt(args, source);
  if (text === undefined) return {};
  if (text === null || source === undefined) return null;
  const isMajor = 'at' in source && source.unit === 'major';
  if (isMajor && scale === undefined) return isAssetAmount(text) ? { amountMajor: text } : null;
  const amountMinor = isMajor && scale !== undefined ? decimalMinorUnits(text, scale) : readMinorUnits(text);
  return amountMinor === null || amountMinor < 0 ? null : { amountMinor };
}

function isId(text: string | undefined | null): text is string | undefined {
  return text === undefined || (text !== null && text.length <= MAX_ID_CHARACTERS && text.isWellFormed());
}
