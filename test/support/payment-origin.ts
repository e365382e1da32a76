// A stand-in for the payment APIs that take JSON: each answers what it documents, and what it made up is found again by its id.

import { sendJson, startOrigin, type Answer, type Origin } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

export const PAYMENT_HOSTS = [
  'connect.squareup.com',
  'production.plaid.com',
  'checkout-test.adyen.com',
  'api-m.sandbox.paypal.com',
  'api.wise.com',
  'payments.braintree-api.com',
  'api.coinbase.com',
];

export async function startPaymentOrigin(ca: ThrowawayCa): Promise<Origin> {
  let made = 0;
  const quotes = new Map<string, unknown>();
  const answer: Answer = async (_request, response, received) => {
    const text = (await received.body()).toString('utf8');
    const body = text.startsWith('{') ? asObject(JSON.parse(text)) : {};
    const path = received.target;
    made += 1;
    if (path === '/v1/oauth2/token')
      return sendJson(response, 200, { access_token: 'A21', token_type: 'Bearer', expires_in: 32400 });
    if (path === '/v2/checkout/orders') return sendJson(response, 201, { id: `ORDER${made}`, status: 'CREATED', links: [] });
    if (path.startsWith('/v2/checkout/orders/')) return sendJson(response, 201, { id: path.split('/')[4], status: 'COMPLETED' });
    if (path.endsWith('/refund')) return sendJson(response, 201, { id: `REFUND${made}`, status: 'COMPLETED' });
    if (path.endsWith('/quotes')) {
      const quote = { id: `quote-${made}`, ...body, targetAmount: null, rate: 1.1, status: 'PENDING' };
      quotes.set(quote.id, body);
      return sendJson(response, 200, quote);
    }
    if (path === '/v1/transfers') {
      const { sourceAmount, sourceCurrency } = asObject(quotes.get(String(body['quoteUuid'])));
      return sendJson(response, 200, {
        id: 1000 + made,
        ...body,
        sourceValue: sourceAmount,
        sourceCurrency,
        status: 'incoming_payment_waiting',
      });
    }
    if (path.endsWith('/payments')) return sendJson(response, 201, { type: 'BALANCE', status: 'COMPLETED', errorCode: null });
    if (path === '/v2/refunds') return sendJson(response, 200, { refund: { id: `refund-${made}`, status: 'PENDING' } });
    return sendJson(response, 200, { status: 'received', request_id: `r${made}` });
  };
  return startOrigin({ leaf: await ca.issue(PAYMENT_HOSTS), protocols: ['http/1.1'], answer });
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
