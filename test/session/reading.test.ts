// Which exchanges let their agent read: those that it is answered, and no call and nothing of Interlock's own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Source } from '../../src/session/source.ts';
import { readingOf } from '../../src/session/reading.ts';
import { handMade, PRINCIPAL, proposalOf } from '../support/exchange.ts';

test("a client's request and a message of its connection are read; a call and a request of Interlock's own are not", () => {
  const made = handMade('GET', '/');
  const read: Source[] = [];
  const taint = {
    read: (_principal: unknown, source: Source) => {
      read.push(source);
      return { state: [], written: () => undefined };
    },
  };
  const after = (exchange: object): number => {
    readingOf({ ...made, ...exchange }, PRINCIPAL, proposalOf(made).actions, { taint });
    return read.length;
  };
  assert.equal(after({}), 1);
  assert.equal(after({ cause: 'y', message: true }), 2);
  assert.equal(after({ cause: 'y' }), 2);
  assert.equal(after({ cause: 'y', message: true, toolCall: true }), 2);
});
