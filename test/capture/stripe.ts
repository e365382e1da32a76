// Stripe's calls, v1 (forms) and v2 (JSON).

import type { Stripe } from 'stripe';
import { given, vendor } from './vendor.ts';

export const stripeVendor = vendor<Stripe>({
  folder: 'stripe',
  sdk: 'stripe',
  open: async () => {
    const { Stripe: Client } = await import('stripe');
    return new Client('sk_test_1', { telemetry: false, maxNetworkRetries: 0 });
  },
  calls: {
    'hit-charge': (s) => s.charges.create({ amount: 1999, currency: 'usd', source: 'tok_visa', capture: false }),
    'hit-payment-intent': (s) =>
      s.paymentIntents.create({
        amount: 1999,
        currency: 'usd',
        confirm: true,
        metadata: { order: '6735' },
        transfer_data: { destination: 'acct_9' },
        customer: 'cus_1',
      }),
    'hit-payment-intent-with-fee': (s) =>
      s.paymentIntents.create({
        amount: 1999,
        currency: 'usd',
        confirm: true,
        capture_method: 'manual',
        application_fee_amount: 150,
        transfer_data: { destination: 'acct_2', amount: 1000 },
      }),
    'hit-payment-intent-yen': (s) => s.paymentIntents.create({ amount: 1999, currency: 'JPY', confirm: false }),
    'hit-payment-intent-dinar': (s) => s.paymentIntents.create({ amount: 1999990, currency: 'kwd' }),
    'hit-payment-intent-update': (s) => s.paymentIntents.update('pi_1', { amount: 9999 }),
    'hit-payment-intent-confirm': (s) => s.paymentIntents.confirm('pi_1', { payment_method: 'pm_1' }),
    'hit-payment-intent-raise': (s) => s.paymentIntents.incrementAuthorization('pi_1', { amount: 5000 }),
    'hit-capture': (s) => s.paymentIntents.capture('pi_1', { amount_to_capture: 500 }),
    'hit-capture-all': (s) => s.paymentIntents.capture('pi_1'),
    'hit-capture-charge': (s) => s.charges.capture('ch_1', { amount: 500 }),
    'hit-refund': (s) =>
      s.refunds.create({ charge: 'ch_1', amount: 2500, reason: 'requested_by_customer', metadata: { order: '6735' } }),
    'hit-refund-full': (s) => s.refunds.create({ payment_intent: 'pi_1' }),
    'hit-refund-connected-account': (s) => s.refunds.create({ charge: 'ch_1', amount: 2500 }, { stripeAccount: 'acct_1' }),
    'hit-refund-customer-balance': (s) =>
      s.refunds.create({ customer: 'cus_1', origin: 'customer_balance', amount: 500, currency: 'eur' }),
    'hit-refund-of-fee': (s) => s.applicationFees.createRefund('fee_1'),
    'hit-refund-of-transfer': (s) => s.transfers.createReversal('tr_1', { amount: 700 }),
    'hit-refund-at-reader': (s) => s.terminal.readers.refundPayment('tmr_1', { payment_intent: 'pi_1', amount: 700 }),
    'hit-credit-note': (s) => s.creditNotes.create({ invoice: 'in_1', amount: 700 }),
    'hit-transfer': (s) => s.transfers.create({ amount: 10_000, currency: 'eur', destination: 'acct_3' }),
    'hit-payout': (s) => s.payouts.create({ amount: 10_000, currency: 'eur', destination: 'ba_1' }),
    'hit-payout-cancel': (s) => s.payouts.cancel('po_1'),
    'hit-payout-reverse': (s) => s.payouts.reverse('po_1'),
    'hit-topup': (s) => s.topups.create({ amount: 10_000, currency: 'usd', description: 'x' }),
    'hit-invoice-item': (s) => s.invoiceItems.create({ customer: 'cus_1', amount: 300, currency: 'usd' }),
    'hit-invoice-item-by-price': (s) => s.invoiceItems.create({ customer: 'cus_1', pricing: { price: 'price_1' }, quantity: 3 }),
    'hit-invoice-pay': (s) => s.invoices.pay('in_1'),
    'hit-invoice-finalize': (s) => s.invoices.finalizeInvoice('in_1', { auto_advance: true }),
    'hit-invoice-send': (s) => s.invoices.sendInvoice('in_1'),
    'miss-invoice-preview': (s) => s.invoices.createPreview({ customer: 'cus_1' }),
    'hit-subscription': (s) => s.subscriptions.create({ customer: 'cus_1', items: [{ price: 'price_1', quantity: 2 }] }),
    'hit-subscription-update': (s) =>
      s.subscriptions.update('sub_1', { items: [{ price_data: given({ unit_amount: 900, currency: 'usd' }), quantity: 40 }] }),
    'hit-subscription-delete': (s) => s.subscriptions.cancel('sub_1'),
    'hit-subscription-schedule': (s) =>
      s.subscriptionSchedules.create({ customer: 'cus_1', start_date: 'now', phases: [{ items: [{ price: 'price_1' }] }] }),
    'hit-checkout-session': (s) =>
      s.checkout.sessions.create({
        line_items: [{ price_data: given({ unit_amount: 500, currency: 'usd' }), quantity: 3 }],
        mode: 'payment',
      }),
    'hit-payment-link': (s) => s.paymentLinks.create({ line_items: [{ price: 'price_1', quantity: 1 }] }),
    'hit-quote-accept': (s) => s.quotes.accept('qt_1'),
    'hit-balance-credit': (s) => s.customers.createBalanceTransaction('cus_1', { amount: -50_000, currency: 'usd' }),
    'hit-issuing-card': (s) => s.issuing.cards.create({ currency: 'usd', type: 'virtual', cardholder: 'ich_1' }),
    'hit-issuing-approve': (s) => s.issuing.authorizations.approve('iauth_1', { amount: 100 }),
    'hit-reader-charge': (s) => s.terminal.readers.processPaymentIntent('tmr_1', { payment_intent: 'pi_1' }),
    'hit-treasury-payment': (s) =>
      s.treasury.outboundPayments.create({ financial_account: 'fa_1', amount: 10_000, currency: 'usd', customer: 'cus_1' }),
    'hit-treasury-transfer': (s) =>
      s.treasury.outboundTransfers.create({
        amount: 2500,
        currency: 'usd',
        financial_account: 'fa_1',
        destination_payment_method: 'pm_1',
      }),
    'hit-treasury-inbound': (s) =>
      s.treasury.inboundTransfers.create({
        amount: 2500,
        currency: 'usd',
        financial_account: 'fa_1',
        origin_payment_method: 'pm_1',
      }),
    'hit-external-account': (s) => s.accounts.createExternalAccount('acct_1', { external_account: 'btok_1' }),
    'hit-webhook-endpoint': (s) => s.webhookEndpoints.create({ url: 'https://hooks.example/', enabled_events: ['*'] }),
    'hit-account-link': (s) => s.accountLinks.create({ account: 'acct_1', type: 'account_onboarding' }),
    'miss-customer': (s) => s.customers.create({ email: 'ann@example.com' }),
    'miss-refund-list': (s) => s.refunds.list({ limit: 3 }),
    'hit-refund-cancel': (s) => s.refunds.cancel('re_1'),
    'miss-refund-metadata': (s) => s.refunds.update('re_1', { metadata: { order: '6735' } }),
    'hit-payout-v2': (s) =>
      s.v2.moneyManagement.outboundPayments.create({
        from: { financial_account: 'fa_1', currency: 'usd' },
        to: { recipient: 'acct_2' },
        amount: { value: 100, currency: 'usd' },
      }),
    'hit-payout-intent': (s) =>
      s.v2.moneyManagement.payoutIntents.create({
        from: { financial_account: 'fa_1', currency: 'usd' },
        to: { recipient: 'acct_2' },
        amount: { value: 2500, currency: 'usd' },
      }),
    'hit-payout-intent-confirm': (s) => s.v2.moneyManagement.payoutIntents.confirm('pi_1'),
    'hit-inbound-transfer-v2': (s) =>
      s.v2.moneyManagement.inboundTransfers.create({
        from: { payment_method: 'pm_1' },
        to: { financial_account: 'fa_1', currency: 'usd' },
        amount: { value: 2500, currency: 'usd' },
      }),
    'hit-outbound-setup': (s) =>
      s.v2.moneyManagement.outboundSetupIntents.create({ payout_method_data: { type: 'bank_account' } }),
  },
});
