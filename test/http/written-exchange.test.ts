// A written request as an exchange: its body is there, and nobody is answered.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writtenExchange } from '../../src/http/written-exchange.ts';
import { readWrittenRequest } from '../../src/http/written-request.ts';
import { PRINCIPAL } from '../support/exchange.ts';

test('the same bytes each time it is made', async () => {
  const written = readWrittenRequest(Buffer.from('POST /a HTTP/1.1\r\nHost: a.example.com\r\n\r\nbody'));
  for (const id of ['q1', 'q2']) {
    const exchange = writtenExchange(written, PRINCIPAL, id);
    const { bytes, problem } = await exchange.body.inspect({ kind: 'whole' }, 100);
    assert.deepEqual([bytes.toString(), problem, exchange.id, exchange.identify()], ['body', null, id, PRINCIPAL]);
    assert.equal(exchange.reply.write(bytes), true);
  }
});
