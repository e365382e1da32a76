// Plaid's calls: everything is POST, and amounts are decimal strings.

import type { PlaidApi } from 'plaid';
import { given, vendor } from './vendor.ts';

const user = { legal_name: 'Anne Charleston' };
const account = { access_token: 'access-sandbox-1', account_id: 'acc1' };

export const plaidVendor = vendor<PlaidApi>({
  folder: 'plaid',
  sdk: 'plaid',
  open: async () => {
    const { Configuration, PlaidApi: Client, PlaidEnvironments } = await import('plaid');
    const headers = { 'PLAID-CLIENT-ID': 'client_dummy', 'PLAID-SECRET': 'secret_dummy' };
    return new Client(
      new Configuration({ basePath: PlaidEnvironments['production'] ?? '', baseOptions: { headers, proxy: false } }),
    );
  },
  calls: {
    'hit-authorization': (p) =>
      p.transferAuthorizationCreate(
        given({
          ...account,
          type: 'debit',
          network: 'ach',
          amount: '12.34',
          ach_class: 'ppd',
          user,
        }),
      ),
    'hit-transfer': (p) => p.transferCreate({ ...account, authorization_id: 'auth1', amount: '12.34', description: 'payment' }),
    'hit-transfer-by-authorization': (p) => p.transferCreate({ ...account, authorization_id: 'auth1', description: 'payment' }),
    'hit-recurring': (p) =>
      p.transferRecurringCreate(
        given({
          ...account,
          idempotency_key: 'k',
          type: 'credit',
          network: 'ach',
          amount: '100.00',
          description: 'd',
          schedule: { interval_unit: 'week', interval_count: 1, interval_execution_day: 5, start_date: '2027-01-01' },
          user,
        }),
      ),
    'hit-refund': (p) => p.transferRefundCreate({ transfer_id: 'tr1', amount: '5.00', idempotency_key: 'k' }),
    'hit-ledger-withdraw': (p) =>
      p.transferLedgerWithdraw(
        given({
          amount: '50.00',
          idempotency_key: 'k',
          network: 'ach',
          funding_account_id: 'fa1',
        }),
      ),
    'hit-ledger-deposit': (p) => p.transferLedgerDeposit(given({ amount: '50.00', idempotency_key: 'k', network: 'ach' })),
    'hit-ledger-distribute': (p) =>
      p.transferLedgerDistribute(
        given({
          amount: '7.00',
          idempotency_key: 'k',
          from_ledger_id: 'led1',
          to_ledger_id: 'led2',
        }),
      ),
    'hit-intent': (p) =>
      p.transferIntentCreate(
        given({
          mode: 'DISBURSEMENT',
          amount: '12.34',
          description: 'd',
          user,
          account_id: 'acc1',
        }),
      ),
    'hit-payment-initiation': (p) =>
      p.paymentInitiationPaymentCreate(
        given({
          recipient_id: 'rec1',
          reference: 'r',
          amount: { currency: 'GBP', value: 100.5 },
        }),
      ),
    'hit-consent-payment': (p) =>
      p.paymentInitiationConsentPaymentExecute(
        given({
          consent_id: 'con1',
          idempotency_key: 'k',
          amount: { currency: 'EUR', value: 7 },
        }),
      ),
    'hit-payment-reverse': (p) => p.paymentInitiationPaymentReverse({ payment_id: 'pay1', idempotency_key: 'k', reference: 'r' }),
    'hit-wallet-execute': (p) =>
      p.walletTransactionExecute(
        given({
          wallet_id: 'w1',
          idempotency_key: 'k',
          reference: 'r',
          counterparty: { name: 'Ann', numbers: { bacs: { account: '12345678', sort_code: '010203' } } },
          amount: { iso_currency_code: 'GBP', value: 1 },
        }),
      ),
    'hit-processor-transfer': (p) =>
      p.processorBankTransferCreate(
        given({
          processor_token: 'p1',
          idempotency_key: 'k',
          type: 'credit',
          network: 'ach',
          amount: '9.99',
          iso_currency_code: 'USD',
          description: 'd',
          user,
        }),
      ),
    'miss-transfer-get': (p) => p.transferGet({ transfer_id: 'tr1' }),
    'miss-transfer-list': (p) => p.transferList({ count: 5 }),
    'miss-item-remove': (p) => p.itemRemove({ access_token: 'access-sandbox-1' }),
  },
});
