// Square's calls.

import type { SquareClient } from 'square';
import { vendor } from './vendor.ts';

const money = (amount: number, currency = 'USD') => ({ amount: BigInt(amount), currency }) as never;

export const squareVendor = vendor<SquareClient>({
  folder: 'square',
  sdk: 'square',
  open: async () => {
    const { SquareClient: Client } = await import('square');
    return new Client({ token: 'sq0_dummy', environment: 'https://connect.squareup.com', maxRetries: 0 });
  },
  calls: {
    'hit-payment': (s) =>
      s.payments.create({
        sourceId: 'cnon:card-nonce-ok',
        idempotencyKey: 'k1',
        amountMoney: money(1250),
        autocomplete: true,
        customerId: 'CUST1',
        locationId: 'LOC1',
      }),
    'hit-payment-with-tip': (s) =>
      s.payments.create({
        sourceId: 'cnon:card-nonce-ok',
        idempotencyKey: 'k2',
        amountMoney: money(1000),
        tipMoney: money(250),
      }),
    'hit-payment-beyond-53-bits': (s) =>
      s.payments.create({
        sourceId: 'cnon:card-nonce-ok',
        idempotencyKey: 'k3',
        amountMoney: { amount: 9007199254740993n, currency: 'USD' },
      }),
    'hit-payment-update': (s) =>
      s.payments.update({ paymentId: 'PAY1', idempotencyKey: 'k4', payment: { amountMoney: money(900) } }),
    'hit-complete': (s) => s.payments.complete({ paymentId: 'PAY1' }),
    'hit-refund': (s) =>
      s.refunds.refundPayment({ idempotencyKey: 'k5', paymentId: 'PAY1', amountMoney: money(500, 'JPY'), reason: 'returned' }),
    'hit-refund-unlinked': (s) =>
      s.refunds.refundPayment({
        idempotencyKey: 'k',
        unlinked: true,
        destinationId: 'ccof:evil',
        locationId: 'LOC1',
        amountMoney: money(900_000),
      }),
    'hit-invoice-publish': (s) => s.invoices.publish({ invoiceId: 'inv:0-1', version: 1, idempotencyKey: 'k6' }),
    'hit-subscription': (s) =>
      s.subscriptions.create({ idempotencyKey: 'k7', locationId: 'LOC1', planVariationId: 'PLAN1', customerId: 'CUST1' }),
    'hit-subscription-update': (s) =>
      s.subscriptions.update({ subscriptionId: 'SUB1', subscription: { priceOverrideMoney: money(1) } }),
    'hit-subscription-resume': (s) => s.subscriptions.resume({ subscriptionId: 'SUB1' }),
    'hit-subscription-swap': (s) => s.subscriptions.swapPlan({ subscriptionId: 'SUB1', newPlanVariationId: 'PLAN2' }),
    'hit-gift-card-activity': (s) =>
      s.giftCards.activities.create({
        idempotencyKey: 'k8',
        giftCardActivity: {
          type: 'LOAD',
          locationId: 'LOC1',
          giftCardId: 'gftc:1',
          loadActivityDetails: { amountMoney: money(5000) },
        },
      }),
  },
});
