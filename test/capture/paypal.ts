// PayPal's calls. The first of a run is preceded by the SDK's sign-in.

import type * as PayPal from '@paypal/paypal-server-sdk';
import { given, vendor } from './vendor.ts';

interface Controllers {
  readonly orders: PayPal.OrdersController;
  readonly payments: PayPal.PaymentsController;
  readonly subscriptions: PayPal.SubscriptionsController;
  readonly signIn: PayPal.OAuthAuthorizationController;
}

const usd = (value: string) => ({ currencyCode: 'USD', value });

export const paypalVendor = vendor<Controllers>({
  folder: 'paypal',
  sdk: '@paypal/paypal-server-sdk',
  open: async () => {
    const sdk = await import('@paypal/paypal-server-sdk');
    const client = new sdk.Client({
      clientCredentialsAuthCredentials: { oAuthClientId: 'id_dummy', oAuthClientSecret: 'secret_dummy' },
      environment: sdk.Environment.Sandbox,
    });
    return {
      orders: new sdk.OrdersController(client),
      payments: new sdk.PaymentsController(client),
      subscriptions: new sdk.SubscriptionsController(client),
      signIn: new sdk.OAuthAuthorizationController(client),
    };
  },
  answer: (line) =>
    line.includes('/oauth2/token')
      ? { body: { access_token: 'tok_dummy', token_type: 'Bearer', expires_in: 32_400 } }
      : { status: 201, body: { id: 'X1', status: 'COMPLETED' } },
  calls: {
    'hit-sign-in': ({ signIn }) => signIn.requestToken({ authorization: 'Basic aWRfZHVtbXk6c2VjcmV0X2R1bW15' }),
    'hit-order': ({ orders }) =>
      orders.createOrder({
        body: given({
          intent: 'CAPTURE',
          purchaseUnits: [{ amount: usd('100.00'), payee: { merchantId: 'MERCHANT12345' } }],
        }),
      }),
    'hit-order-units': ({ orders }) =>
      orders.createOrder({
        body: given({
          intent: 'CAPTURE',
          purchaseUnits: [
            { referenceId: 'a', amount: usd('10.00'), payee: { emailAddress: 'ann@example.com' } },
            { referenceId: 'b', amount: usd('5.50'), payee: { merchantId: 'MERCHANT67890' } },
          ],
        }),
      }),
    'hit-order-patch': ({ orders }) =>
      orders.patchOrder({
        id: 'ORDER1',
        body: given([
          {
            op: 'replace',
            path: "/purchase_units/@reference_id=='default'/amount",
            value: { currency_code: 'USD', value: '500.00' },
          },
        ]),
      }),
    'hit-order-capture': ({ orders }) => orders.captureOrder({ id: 'ORDER1' }),
    'hit-order-authorize': ({ orders }) => orders.authorizeOrder({ id: 'ORDER1' }),
    'hit-authorization-capture': ({ payments }) =>
      payments.captureAuthorizedPayment({
        authorizationId: 'AUTH1',
        body: { amount: { currencyCode: 'EUR', value: '10.99' }, finalCapture: true },
      }),
    'hit-refund': ({ payments }) => payments.refundCapturedPayment({ captureId: 'CAP1', body: { amount: usd('10.00') } }),
    'hit-refund-all': ({ payments }) => payments.refundCapturedPayment({ captureId: 'CAP1' }),
    'hit-subscription-capture': ({ subscriptions }) =>
      subscriptions.captureSubscription({
        id: 'I-SUB1',
        body: given({ note: 'n', captureType: 'OUTSTANDING_BALANCE', amount: usd('100') }),
      }),
  },
});
