// Stripe's API: calls that move money are payments with an amount where the request says one, every other write is an unknown one.

import { hasAmbiguousPath, isPlainRead, readAction } from '../../classify/plain-action.ts';
import { InterlockError } from '../../errors.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { BodyEdit, EditedBody } from '../body-edit.ts';
import type { Provider, Recognition } from '../provider.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';
import { setField } from '../set-field.ts';
import { paymentAction, unknownPaymentWrite } from './payment-action.ts';
import { stripeLookups } from './stripe-lookups.ts';
import { readPayment } from './stripe-payment.ts';
import { stripeRoute } from './stripe-routes.ts';

const API_HOST = 'api.stripe.com';
/** Uploads (dispute evidence, identity documents) are large and hold no parameters that are judged. */
const FILES_HOST = 'files.stripe.com';
/** The one call by POST that only asks: what an invoice would come to. */
const PREVIEW = 'v1/invoices/create_preview';

/**
 * Stripe's "HTTP status code summary": the request was unacceptable, came from nobody, was not allowed, or named nothing that there is. Not 402:
 * a payment may have been tried. Not 409 and 429: an earlier try with the same key may be under way.
 */
const NOTHING_DONE: ReadonlySet<number> = new Set([400, 401, 403, 404]);

export const stripe: Provider = {
  name: 'stripe',
  family: 'payment',
  hosts: [API_HOST, FILES_HOST, '*.stripe.com'],
  idempotency: { at: 'header', name: 'idempotency-key' },
  accountHeaders: ['stripe-account', 'stripe-context'],
  nothingDone: NOTHING_DONE,
  recognise,
  refuse,
  edit,
  lookups: stripeLookups,
};

function recognise(request: RequestView): Recognition | null {
  if (isPlainRead(request)) return null;
  const { host } = request.authority;
  if (host === API_HOST && isPreview(request)) return { need: { kind: 'none' }, classify: () => [readAction(request)] };
  const found = host === API_HOST && !hasAmbiguousPath(request) ? stripeRoute(request.method, request.segments) : null;
  return {
    need: { kind: host === FILES_HOST ? 'none' : 'whole' },
    classify: (body) => {
      if (found !== null) return [paymentAction(request, readPayment(request, body, found.route, found.id))];
      return [unknownPaymentWrite(request, body.problem === null && !hasAmbiguousPath(request))];
    },
  };
}

/** INVARIANT: by exactly this path and method; an override is judged as a reading of its own. */
function isPreview(request: RequestView): boolean {
  return request.method === 'POST' && !hasAmbiguousPath(request) && request.segments.join('/') === PREVIEW;
}

const CODES: Readonly<Record<Refusal['kind'], string>> = {
  blocked: 'policy_denied',
  pending: 'approval_pending',
  denied: 'approval_denied',
  failed: 'policy_failed',
};

/** The SDK raises StripePermissionError on 403 and shows `message`; the header stops its retries whatever the status. */
function refuse(_request: RequestView, refusal: Refusal): NativeAnswer {
  const error = { type: 'invalid_request_error', code: CODES[refusal.kind], message: refusalSentence(refusal) };
  return jsonAnswer(refusal, { error }, ['stripe-should-retry', 'false']);
}

function edit(request: RequestView, body: InspectedBody, change: BodyEdit): EditedBody {
  if (change.kind === 'set') return setField(request, body, change);
  throw new InterlockError('CONSTRAINT_FAILED', 'a payment has no recipients that could be taken out', {
    hint: 'use `keep-recipients` for email.send alone',
  });
}
