// What the payment APIs that take JSON are alike in, as a provider: reads are free, listed calls are payments, other writes are unknown.

import type { Action } from '../../classify/action.ts';
import type { JsonObject } from '../../classify/strict-json.ts';
import { hasAmbiguousPath, isPlainRead, readAction } from '../../classify/plain-action.ts';
import { InterlockError } from '../../errors.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { BodyEdit, EditedBody } from '../body-edit.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { IdempotencyPlace, Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { setField } from '../set-field.ts';
import { type AccountReading, classifyCall, type JsonPaymentRoute } from './json-payment.ts';
import { paymentLookups } from './payment-lookup.ts';
import { observeAnswer } from './payment-recall.ts';
import { type RouteMatch, routeFinder } from './payment-routes.ts';

interface PaymentApi {
  readonly name: string;
  readonly hosts: readonly string[];
  /** `POST v2/payments/:id/complete` and what it is. */
  readonly routes: Readonly<Record<string, JsonPaymentRoute>>;
  /** The segments that `routes` is written for: without a version or the prefix of a live host. Absent: as they are. */
  readonly path?: (request: RequestView) => readonly string[];
  /** `document` is null when the body could not be read. */
  readonly account: (call: AccountCall) => AccountReading;
  /** A write by its method that the catalogue lists as a read (Plaid asks everything by POST). */
  readonly isRead?: (request: RequestView) => boolean;
  /** Which call it is when the body tells as well (a form with a sign-in). Null: as the table says. */
  readonly special?: (request: RequestView, body: InspectedBody) => readonly Action[] | null;
  /** Fields that a look-up takes along. */
  readonly credentialHeaders?: readonly string[];
  readonly accountHeaders?: readonly string[];
  readonly idempotency?: IdempotencyPlace;
  /** The vendor's error document, with the reason where its SDK shows it. */
  readonly denial: (message: string, status: number) => Readonly<Record<string, unknown>>;
}

export interface AccountCall {
  readonly request: RequestView;
  readonly document: JsonObject | null;
  readonly ids: readonly string[];
}

export function paymentProvider(api: PaymentApi): Provider {
  const find = routeFinder(api.routes);
  const callOf = (request: RequestView): RouteMatch<JsonPaymentRoute> | null =>
    find(request.method, api.path === undefined ? request.segments : api.path(request));
  return {
    name: api.name,
    family: 'payment',
    hosts: api.hosts,
    ...(api.idempotency === undefined ? {} : { idempotency: api.idempotency }),
    ...(api.accountHeaders === undefined ? {} : { accountHeaders: api.accountHeaders }),
    recognise(request) {
      if (isPlainRead(request)) return null;
      if (api.isRead?.(request) === true && !hasAmbiguousPath(request))
        return { need: { kind: 'none' }, classify: () => [readAction(request)] };
      const found = callOf(request);
      return {
        need: { kind: 'whole' },
        classify: (body, known) =>
          api.special?.(request, body) ??
          classifyCall(request, body, known, found, (document, ids) => api.account({ request, document, ids })),
      };
    },
    refuse(_request, refusal) {
      const status = refusal.kind === 'failed' ? refusal.status : 403;
      return jsonAnswer(refusal, api.denial(refusalSentence(refusal), status));
    },
    edit: editPayment,
    observe(request, _body, actions) {
      const found = hasAmbiguousPath(request) ? null : callOf(request);
      const learn = found?.route.learn;
      return found === null || learn === undefined ? null : observeAnswer(learn, { request, ids: found.ids, actions });
    },
    lookups(request, _body, actions) {
      const found = hasAmbiguousPath(request) ? null : callOf(request);
      const ask = found?.route.ask;
      if (found === null || ask === undefined) return [];
      return paymentLookups(ask, found.ids.at(-1) ?? '', actions, api.credentialHeaders ?? ['authorization']);
    },
  };
}

/** `set` alone. Throws CONSTRAINT_FAILED. */
export function editPayment(request: RequestView, body: InspectedBody, change: BodyEdit): EditedBody {
  if (change.kind === 'set') return setField(request, body, change);
  throw new InterlockError('CONSTRAINT_FAILED', 'a payment has no recipients that could be taken out', {
    hint: 'use `keep-recipients` for email.send alone',
  });
}
