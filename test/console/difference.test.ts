// What an edit changes, and facts as rows.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differenceOf } from '../../console/model/difference.ts';
import { factRows, labelOf } from '../../console/model/fact-rows.ts';
import type { ActionShape, Facts } from '../../console/model/shapes.ts';

const mail = (facts: Facts, id = 'm'): ActionShape => ({ action: 'email.send', resource: { type: 'Mailbox', id }, facts });

test('members of a set that go, come and stay', () => {
  const changes = differenceOf([mail({ recipients: ['a', 'b'] })], [mail({ recipients: ['b', 'c'] })]);
  assert.deepEqual(changes, [{ label: 'Recipients', kept: ['b'], removed: ['a'], added: ['c'] }]);
});

test('amounts differ as amounts, and what is the same is not told', () => {
  const pay = (amountMinor: number): ActionShape => ({
    action: 'payment.refund',
    resource: { type: 'Account', id: 'stripe' },
    facts: { amountMinor, currency: 'USD', minorPerMajor: 100, counterparty: 'ch_1' },
  });
  assert.deepEqual(differenceOf([pay(420_000)], [pay(50_000)]), [
    { label: 'Amount', kept: [], removed: ['4,200.00 USD'], added: ['500.00 USD'] },
  ]);
  assert.deepEqual(differenceOf([pay(1)], [pay(1)]), []);
});

test('another action, another resource, one more and one less are told', () => {
  assert.deepEqual(differenceOf([mail({}, 'a')], [mail({}, 'b')])[0], {
    label: 'Mailbox',
    kept: [],
    removed: ['a'],
    added: ['b'],
  });
  assert.deepEqual(differenceOf([mail({})], [])[0]?.removed, ['email.send on m']);
  assert.deepEqual(differenceOf([mail({})], [mail({}), { ...mail({}), action: 'email.draft' }])[0]?.added, ['email.draft on m']);
});

test('rows have labels that read, and leave out what is said elsewhere', () => {
  assert.equal(labelOf('currencySource'), 'Currency source');
  assert.deepEqual(
    factRows({
      host: 'h',
      method: 'POST',
      path: '/',
      inspected: true,
      refFolded: 'x',
      ref: 'main',
      force: true,
      bytes: 3,
      names: [],
    }).map((row) => [row.label, ...row.values]),
    [['Ref', 'main'], ['Force', 'yes'], ['Bytes', '3'], ['Names']],
  );
});
