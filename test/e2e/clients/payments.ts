// The real SDKs of the payment APIs: for each vendor and amount in main units that the argument names, one refund; for PayPal also orders
// and captures. Each call is told by itself; only the SDKs that are asked for are loaded.

import { HttpsProxyAgent } from 'https-proxy-agent';
import { reportCalls } from './calls.ts';

const proxy = process.env['HTTPS_PROXY'] ?? '';

const CALLS: Readonly<Record<string, (what: string) => Promise<unknown>>> = {
  async square(amount) {
    const { SquareClient } = await import('square');
    const client = new SquareClient({ token: 'sq0_dummy', environment: 'https://connect.squareup.com' });
    const amountMoney = { amount: BigInt(amount), currency: 'JPY' as const };
    const { refund } = await client.refunds.refundPayment({
      idempotencyKey: 'k5',
      paymentId: 'PAY1',
      amountMoney,
      reason: 'returned',
    });
    return { id: refund?.id };
  },
  /** Its axios would ask an HTTP proxy for an https URL without a tunnel: an agent is the usual way. */
  async plaid(amount) {
    const { Configuration, PlaidApi, PlaidEnvironments } = await import('plaid');
    const headers = { 'PLAID-CLIENT-ID': 'client_dummy', 'PLAID-SECRET': 'secret_dummy' };
    const baseOptions = { headers, httpsAgent: new HttpsProxyAgent(proxy), proxy: false };
    const client = new PlaidApi(new Configuration({ basePath: PlaidEnvironments['production'] ?? '', baseOptions }));
    const { data } = await client.transferRefundCreate({ transfer_id: 'tr1', amount, idempotency_key: 'k' });
    return { ...data };
  },
  async adyen(amount) {
    const { CheckoutAPI, Client, Config, EnvironmentEnum, HttpURLConnectionClient } = await import('@adyen/api-library');
    const { hostname, port, username, password } = new URL(proxy);
    const http = new HttpURLConnectionClient();
    const reached = { host: hostname, port: Number(port), auth: `${decodeURIComponent(username)}:${password}` };
    http.proxy = reached;
    const client = new Client(new Config({ apiKey: 'adyen_dummy', environment: EnvironmentEnum.TEST }), http);
    const value = Number(amount) * 100;
    return new CheckoutAPI(client).ModificationsApi.refundCapturedPayment('PSP1', {
      amount: { currency: 'EUR', value },
      merchantAccount: 'AcmeECOM',
    });
  },
  async paypal(value) {
    const { PaymentsController } = await import('@paypal/paypal-server-sdk');
    const payments = new PaymentsController(await paypalClient());
    const { result } = await payments.refundCapturedPayment({
      captureId: 'CAP1',
      body: { amount: { currencyCode: 'USD', value } },
    });
    return result;
  },
  /** An order of so much, and its capture. */
  'paypal-order': (value) => orderAndCapture(value),
  /** The same under an idempotency key. */
  'paypal-order-again': (value) => orderAndCapture(value, 'request-1'),
  'paypal-capture': async (id) => {
    const { OrdersController } = await import('@paypal/paypal-server-sdk');
    const { result } = await new OrdersController(await paypalClient()).captureOrder({ id });
    return result;
  },
};

async function orderAndCapture(value: string, paypalRequestId?: string): Promise<unknown> {
  const { CheckoutPaymentIntent, OrdersController } = await import('@paypal/paypal-server-sdk');
  const orders = new OrdersController(await paypalClient());
  const { result } = await orders.createOrder({
    body: { intent: CheckoutPaymentIntent.Capture, purchaseUnits: [{ amount: { currencyCode: 'USD', value } }] },
    ...(paypalRequestId === undefined ? {} : { paypalRequestId }),
  });
  const captured = await orders.captureOrder({ id: result.id ?? '' });
  return captured.result;
}

async function paypalClient() {
  const { Client, Environment } = await import('@paypal/paypal-server-sdk');
  const { hostname, port, username, password } = new URL(proxy);
  return new Client({
    clientCredentialsAuthCredentials: { oAuthClientId: 'id_dummy', oAuthClientSecret: 'secret_dummy' },
    environment: Environment.Sandbox,
    httpClientOptions: {
      proxySettings: {
        address: `http://${hostname}`,
        port: Number(port),
        auth: { username: decodeURIComponent(username), password },
      },
    },
  });
}

await reportCalls(CALLS);
