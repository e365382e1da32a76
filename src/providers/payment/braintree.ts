// Braintree's GraphQL API: every mutation that runs is an action, queries are reads. The classic gateway's XML is not read.

import type { Action } from '../../classify/action.ts';
import { isJsonType, isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { type GraphqlField, type GraphqlOperation, readGraphql } from '../../classify/graphql.ts';
import { hasAmbiguousPath, isPlainRead, readAction } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';
import { braintreeCall } from './braintree-mutations.ts';
import { vendorAccount } from './json-payment.ts';
import { paymentAction, unknownPaymentWrite } from './payment-action.ts';
import { editPayment } from './payment-api.ts';

export const braintree: Provider = {
  name: 'braintree',
  family: 'payment',
  hosts: ['payments.braintree-api.com', 'payments.sandbox.braintree-api.com', '*.braintree-api.com', '*.braintreegateway.com'],
  recognise(request) {
    if (isPlainRead(request) && !(isGraphql(request) && request.query !== '')) return null;
    if (!isGraphql(request)) {
      // The classic gateway takes XML, which is not read here: whatever it does is not known.
      const classic = request.authority.host.endsWith('.braintreegateway.com');
      return {
        need: { kind: 'none' },
        classify: () => [unknownPaymentWrite(request, !classic && !hasAmbiguousPath(request))],
      };
    }
    return { need: { kind: 'whole' }, classify: (body) => classify(request, body) };
  },
  refuse,
  edit: editPayment,
};

function isGraphql({ authority, segments }: RequestView): boolean {
  return authority.host.endsWith('.braintree-api.com') && segments[0]?.toLowerCase() === 'graphql';
}

function classify(request: RequestView, body: InspectedBody): readonly Action[] {
  const graphql = isPlain(request) && body.problem === null ? readGraphql(body.bytes) : null;
  if (graphql === null) return [unknownPaymentWrite(request, false)];
  const actions = graphql.operations.flatMap((operation) => operationActions(request, operation));
  return actions.length > 0 ? actions : [readAction(request)];
}

/** One JSON body and nothing beside it. */
function isPlain(request: RequestView): boolean {
  const media = mediaType(request.headers);
  if (media.problem !== null || !isJsonType(media) || !isUtf8Type(media)) return false;
  return request.method === 'POST' && request.query === '' && /^\/graphql\/?$/.test(request.path);
}

function operationActions(request: RequestView, operation: GraphqlOperation | null): readonly Action[] {
  if (operation === null || operation.kind === 'subscription') return [unknownPaymentWrite(request, false)];
  return operation.kind === 'query' ? [] : operation.fields.map((field) => fieldAction(request, field));
}

function fieldAction(request: RequestView, field: GraphqlField): Action {
  const call = braintreeCall(field);
  if (call === null) return unknownPaymentWrite(request, true);
  const { account, sure } = vendorAccount('braintree', call.merchant);
  return paymentAction(request, { verb: call.verb, account, inspected: sure && call.detail !== null, ...call.detail });
}

/** 200 with an error of the class AUTHORIZATION for each field, as Braintree itself answers what a key may not do. */
function refuse(_request: RequestView, refusal: Refusal, body: InspectedBody): NativeAnswer {
  const message = refusalSentence(refusal);
  const extensions = { errorClass: 'AUTHORIZATION' };
  const graphql = body.problem === null ? readGraphql(body.bytes) : null;
  const answers = (graphql?.operations ?? [null]).map((operation) => {
    const keys = operation?.fields.map((field) => field.key) ?? [];
    return {
      data: null,
      errors: keys.length === 0 ? [{ message, extensions }] : keys.map((key) => ({ message, path: [key], extensions })),
    };
  });
  const document = graphql?.batch === true ? answers : answers[0];
  return { status: 200, headers: ['content-type', 'application/json'], body: Buffer.from(JSON.stringify(document)) };
}
