// A payment API that takes JSON: from a table of its calls to actions. What its body does not say surely makes the action uninspected.

import type { Action, EntityRef } from '../../classify/action.ts';
import { isJsonType, isUtf8Type, mediaType } from '../../classify/content-type.ts';
import type { CurrencyScale } from '../../classify/currency.ts';
import { textAt } from '../../classify/json-path.ts';
import type { Known } from '../../classify/known.ts';
import { hasAmbiguousPath } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { type MoneyPlace, readMoney } from './json-money.ts';
import { type PaymentDetail, type PaymentVerb, paymentAction, unknownPaymentWrite } from './payment-action.ts';
import type { Question } from './payment-lookup.ts';
import type { ReadLearnt } from './payment-recall.ts';
import type { RouteMatch } from './payment-routes.ts';

/** One call with a body that was read. */
export interface JsonCall {
  /** Empty when the body is a list. */
  readonly document: JsonObject;
  /** The list that the body is, for a route whose body is one. */
  readonly items: readonly Json[];
  readonly ids: readonly string[];
  readonly known: Known;
}

/** One detail for each action. Null: what it says of money has more than one reading, or none. */
export type ReadDetails = (call: JsonCall) => readonly PaymentDetail[] | null;

export interface JsonPaymentRoute {
  readonly verb: PaymentVerb;
  readonly read: ReadDetails;
  /** The body is a JSON array (JSON Patch). */
  readonly list?: true;
  /** What its answer tells for the calls that follow. */
  readonly learn?: ReadLearnt;
  /** What the vendor could be asked when the call names no amount. */
  readonly ask?: Question;
}

export interface AccountReading {
  readonly account: EntityRef;
  readonly sure: boolean;
}

/** Ids of objects, addresses of people and of wallets; anything else is no name to show or to compare. */
const NAME = /^[A-Za-z0-9_.@+:=~-]{1,254}$/;

/**
 * What a call says; an empty document when it has no body. Null when it can't be read surely: not declared as JSON in UTF-8, not strict
 * JSON, no object (or no list where one is due), or with a query beside it that some servers merge in (E13).
 */
function callBody(request: RequestView, body: InspectedBody, list = false): Pick<JsonCall, 'document' | 'items'> | null {
  if (body.problem !== null || request.query !== '') return null;
  if (body.bytes.length === 0) return { document: {}, items: [] };
  const media = mediaType(request.headers);
  if (media.problem !== null || !isJsonType(media) || !isUtf8Type(media)) return null;
  const { value } = readJson(body.bytes);
  if (list) return isJsonArray(value) ? { document: {}, items: value } : null;
  return isJsonObject(value) ? { document: value, items: [] } : null;
}

/** `account` gets null when the body could not be read. */
export function classifyCall(
  request: RequestView,
  body: InspectedBody,
  known: Known,
  found: RouteMatch<JsonPaymentRoute> | null,
  account: (document: JsonObject | null, ids: readonly string[]) => AccountReading,
): readonly Action[] {
  if (hasAmbiguousPath(request)) return [unknownPaymentWrite(request, false)];
  if (found === null) return [unknownPaymentWrite(request, body.problem === null)];
  const { verb, read, list } = found.route;
  const sent = callBody(request, body, list);
  const of = account(sent?.document ?? null, found.ids);
  const details = sent === null ? null : read({ ...sent, ids: found.ids, known });
  if (details === null) return [paymentAction(request, { verb, account: of.account, inspected: false })];
  return details.map((detail) => paymentAction(request, { verb, account: of.account, inspected: of.sure, ...detail }));
}

/** An account by its id with a vendor, `Account::"adyen/AcmeEU"`; the vendor's name alone is the account of the key. */
export function vendorAccount(vendor: string, id?: string | null): AccountReading {
  if (id === undefined) return { account: { type: 'Account', id: vendor }, sure: true };
  if (id === null || !NAME.test(id)) return { account: { type: 'Account', id: vendor }, sure: false };
  return { account: { type: 'Account', id: `${vendor}/${id}` }, sure: true };
}

/**
 * The first of these places that names somebody: paths in the document, `:0` the first id of the path. Undefined when none does, null
 * when one does so in a way that can't be read surely.
 */
export function readCounterparty(call: JsonCall, places: readonly string[]): string | undefined | null {
  for (const place of places) {
    const text = place.startsWith(':') ? call.ids[Number(place.slice(1))] : textAt(call.document, place);
    if (text === null || (text !== undefined && text !== '' && !NAME.test(text))) return null;
    if (text !== undefined && text !== '') return text;
  }
  return undefined;
}

/** A call with at most one amount. Without one how much it is stays unknown. */
export function priced(place: MoneyPlace | null, counterparty: readonly string[], scale: CurrencyScale): ReadDetails {
  return (call) => {
    const money = place === null ? undefined : readMoney(call.document, place, scale);
    const who = readCounterparty(call, counterparty);
    return money === null || who === null ? null : [{ ...money, counterparty: who }];
  };
}

/** Known by hearsay only: named for what it is, and never read surely, so that no permit can rest on it. */
export const UNVERIFIED: ReadDetails = () => null;
