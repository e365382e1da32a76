// Adyen's calls: checkout, the classic payment and payout services, and transfers.

import type * as Adyen from '@adyen/api-library';
import { given, vendor } from './vendor.ts';

interface Services {
  readonly checkout: Adyen.CheckoutAPI;
  readonly classic: Adyen.PaymentAPI;
  readonly payout: Adyen.PayoutAPI;
  readonly transfers: Adyen.TransfersAPI;
}

const merchantAccount = 'AcmeECOM';
const classicModification = { originalReference: 'PSP2', merchantAccount: 'AcmePOS' };
const amount = (value: number, currency = 'EUR') => ({ value, currency });
const card = { number: '4111111111111111', expiryMonth: '03', expiryYear: '2030', holderName: 'A' };

export const adyenVendor = vendor<Services>({
  folder: 'adyen',
  sdk: '@adyen/api-library',
  open: async () => {
    const { CheckoutAPI, Client, Config, EnvironmentEnum, PaymentAPI, PayoutAPI, TransfersAPI } = await import(
      '@adyen/api-library'
    );
    const client = new Client(new Config({ apiKey: 'adyen_dummy', environment: EnvironmentEnum.TEST }));
    return {
      checkout: new CheckoutAPI(client),
      classic: new PaymentAPI(client),
      payout: new PayoutAPI(client),
      transfers: new TransfersAPI(client),
    };
  },
  calls: {
    'hit-payment': ({ checkout }) =>
      checkout.PaymentsApi.payments(
        given({
          amount: amount(1000),
          merchantAccount,
          paymentMethod: { type: 'scheme', encryptedCardNumber: 'test_4111' },
          reference: 'r1',
          returnUrl: 'https://shop.example/return',
        }),
        { idempotencyKey: 'k1' },
      ),
    'hit-capture': ({ checkout }) =>
      checkout.ModificationsApi.captureAuthorisedPayment('PSP1', { amount: amount(500), merchantAccount }),
    'hit-refund': ({ checkout }) =>
      checkout.ModificationsApi.refundCapturedPayment('PSP1', { amount: amount(100), merchantAccount }),
    'hit-reversal': ({ checkout }) => checkout.ModificationsApi.refundOrCancelPayment('PSP1', { merchantAccount }),
    'hit-amount-update': ({ checkout }) =>
      checkout.ModificationsApi.updateAuthorisedAmount('PSP1', { amount: amount(2000), merchantAccount }),
    'hit-cancel': ({ checkout }) => checkout.ModificationsApi.cancelAuthorisedPaymentByPspReference('PSP1', { merchantAccount }),
    'hit-cancels': ({ checkout }) =>
      checkout.ModificationsApi.cancelAuthorisedPayment({ merchantAccount, paymentReference: 'ref1' }),
    'hit-donation': ({ checkout }) =>
      checkout.DonationsApi.donations(
        given({
          amount: amount(300),
          donationAccount: 'Charity',
          donationOriginalPspReference: 'PSP1',
          donationToken: 't',
          merchantAccount,
          paymentMethod: { type: 'scheme' },
          reference: 'r',
          returnUrl: 'https://shop.example/',
        }),
      ),
    'hit-payment-link': ({ checkout }) =>
      checkout.PaymentLinksApi.paymentLinks({ amount: amount(50_000, 'ISK'), merchantAccount, reference: 'r' }),
    'hit-classic-authorise': ({ classic }) =>
      classic.PaymentsApi.authorise({
        amount: amount(700, 'JPY'),
        card: { ...card, cvc: '737' },
        merchantAccount: 'AcmePOS',
        reference: 'r',
      }),
    'hit-classic-capture': ({ classic }) =>
      classic.ModificationsApi.capture({ ...classicModification, modificationAmount: amount(600) }),
    'hit-classic-refund': ({ classic }) =>
      classic.ModificationsApi.refund({ ...classicModification, modificationAmount: amount(600) }),
    'hit-classic-cancel-or-refund': ({ classic }) => classic.ModificationsApi.cancelOrRefund(classicModification),
    'hit-classic-adjust': ({ classic }) =>
      classic.ModificationsApi.adjustAuthorisation({ ...classicModification, modificationAmount: amount(900) }),
    'hit-payout': ({ payout }) =>
      payout.InstantPayoutsApi.payout({ amount: amount(4000, 'USD'), card, merchantAccount: 'AcmePayout', reference: 'r' }),
    'hit-payout-submit': ({ payout }) =>
      payout.InitializationApi.submitThirdParty(
        given({
          amount: amount(4000, 'USD'),
          merchantAccount: 'AcmePayout',
          recurring: { contract: 'PAYOUT' },
          reference: 'r',
          selectedRecurringDetailReference: 'LATEST',
          shopperEmail: 'ann@example.com',
          shopperReference: 'shopper1',
        }),
      ),
    'hit-payout-confirm': ({ payout }) =>
      payout.ReviewingApi.confirmThirdParty({ merchantAccount: 'AcmePayout', originalReference: 'PSP3' }),
    'hit-transfer': ({ transfers }) =>
      transfers.TransfersApi.transferFunds(
        given({
          amount: amount(11_000),
          balanceAccountId: 'BA1',
          category: 'bank',
          counterparty: {
            bankAccount: {
              accountHolder: { fullName: 'A' },
              accountIdentification: { type: 'iban', iban: 'NL91ABNA0417164300' },
            },
          },
        }),
      ),
    'hit-transfer-approve': ({ transfers }) =>
      transfers.TransfersApi.approveInitiatedTransfers(given({ transferIds: ['TR1', 'TR2'] })),
    'hit-transfer-return': ({ transfers }) => transfers.TransfersApi.returnTransfer('TR1', { amount: amount(100) }),
    'hit-cashout': ({ transfers }) => transfers.CashOutApi.initiateCashout(given({ amount: amount(500) })),
    'hit-grant': ({ transfers }) => transfers.CapitalApi.requestGrantPayout({ grantAccountId: 'CG1', grantOfferId: 'GO1' }),
    'miss-payment-details': ({ checkout }) => checkout.PaymentsApi.paymentsDetails({ details: { redirectResult: 'x' } }),
    'miss-payment-methods': ({ checkout }) => checkout.PaymentsApi.paymentMethods({ merchantAccount }),
    'miss-sessions': ({ checkout }) =>
      checkout.PaymentsApi.sessions({
        amount: amount(1000),
        merchantAccount,
        reference: 'r',
        returnUrl: 'https://shop.example/',
      }),
  },
});
