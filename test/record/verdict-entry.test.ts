// What an entry takes over of a request: enough to tell it by, nothing that opens a door.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verdictBody } from '../../src/record/verdict-entry.ts';
import { PRINCIPAL, decisionOf, handMade, proposalOf } from '../support/exchange.ts';

test('the fields that ALLOW_LOG keeps hold no secret of an address', () => {
  const headers = [
    'Referer',
    'https://bot:pw@ex.com/reset?token=s3cret',
    'User-Agent',
    'curl/8',
    'Authorization',
    'Bearer s3cret',
  ];
  const exchange = handMade('POST', '/', '', { headers });
  const body = verdictBody(exchange, PRINCIPAL, decisionOf('ALLOW_LOG', proposalOf(exchange)), null, () => 'd'.repeat(64));
  assert.deepEqual(body.headers, { referer: 'https://ex.com/reset', 'user-agent': 'curl/8' });
});
