// Where the policies stand that decided: in the files that are policies, and nowhere else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyPlaces } from '../../src/proof/policy-places.ts';
import { POLICY } from './proven-ledger.ts';

test('a policy is found by its id in a file of policies, and one that is not there is said so', () => {
  const files = new Map([
    ['payment.cedar', POLICY],
    ['schema.cedarschema', `\n\n${POLICY}`],
  ]);
  assert.deepEqual(policyPlaces(files, ['none', 'refund-ceiling']), [
    { id: 'none', file: null, line: null },
    { id: 'refund-ceiling', file: 'payment.cedar', line: 2 },
  ]);
});
