// Two-step payments: what an answer told of an order, a quote or a transfer, found again when a later call names it by its id alone.

import type { Action, Facts } from '../../classify/action.ts';
import type { Known, Learnt } from '../../classify/known.ts';
import { isJsonObject, type JsonObject, readJson } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { CopyObservation } from '../observation.ts';
import type { Money } from './json-money.ts';
import type { PaymentDetail } from './payment-action.ts';

/** The call that an answer is for. */
export interface SentCall {
  readonly request: RequestView;
  readonly ids: readonly string[];
  /** What it was judged as. */
  readonly actions: readonly Action[];
}

/** What an answer of success teaches; `answer` is `{}` when it has no body. */
export type ReadLearnt = (answer: JsonObject, sent: SentCall) => readonly Learnt[];

/** The answers read here are a few kilobytes; one beyond this teaches nothing, and then the next step's amount is not known. */
const MAX_ANSWER_BYTES = 256 * 1024;

export function observeAnswer(learn: ReadLearnt, sent: SentCall): CopyObservation {
  return {
    kind: 'copy',
    limitBytes: MAX_ANSWER_BYTES,
    read({ status, body }) {
      if (status < 200 || status > 299) return [];
      const answer = body.length === 0 ? {} : readJson(body).value;
      return isJsonObject(answer) ? learn(answer, sent) : [];
    },
  };
}

/** An id's amount, or with `undefined` that its amount is not known any more. */
export function learnt(kind: string, id: string, money: Money | undefined, counterparty?: string): Learnt {
  const facts: Facts = {
    ...(money === undefined
      ? {}
      : { amountMinor: money.amountMinor, currency: money.currency, minorPerMajor: money.minorPerMajor }),
    ...(counterparty === undefined ? {} : { counterparty }),
  };
  return { kind, id, facts };
}

/** INVARIANT: an id that was never seen, or whose amount was lost, gives no amount. */
export function recalled(known: Known, kind: string, id: string | undefined): PaymentDetail {
  const facts = id === undefined ? undefined : known.find(kind, id);
  const money = facts === undefined ? undefined : moneyOf(facts);
  const counterparty = facts?.['counterparty'];
  return {
    ...(money === undefined ? {} : { ...money, currencySource: 'recall' }),
    ...(typeof counterparty === 'string' ? { counterparty } : {}),
  };
}

/** The amount among an action's facts, or undefined when they do not hold one surely. */
export function moneyOf(facts: Facts): Money | undefined {
  const { amountMinor, currency, minorPerMajor } = facts;
  if (typeof amountMinor !== 'number' || typeof currency !== 'string') return undefined;
  if (minorPerMajor !== 1 && minorPerMajor !== 100 && minorPerMajor !== 1000) return undefined;
  return { amountMinor, currency, minorPerMajor };
}
