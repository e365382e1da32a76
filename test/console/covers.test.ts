// The page says of a call that its approval is for the request too exactly where the gateway does, and in the same words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coversWords } from '../../console/model/covers.ts';
import { COVERS_WORDS, tellsOfRequest } from '../../src/approve/approved-call.ts';
import { cardOf } from '../../src/approve/slack-card.ts';
import type { Ticket } from '../../src/approve/ticket.ts';
import { ticketLines } from '../../src/cli/ticket-view.ts';
import { ticketOf } from '../cli/fake-cli.ts';

const action = (name: string, method: string): Ticket['actions'][number] => ({
  action: name,
  resource: { type: 'Account', id: 'stripe' },
  verdict: 'WAIT',
  policies: [],
  facts: { method },
});
const [CALL, DONE, POST] = [action('llm.tool-call', 'CALL'), action('payment.refund', 'CALL'), action('payment.refund', 'POST')];
const WAIT = { policy: 'large', reason: 'r', approvers: ['finance'], quorum: 1 };
const COVERING = { ...WAIT, covers: 'request' } as const;

test('each door to a ticket tells it, and of no other ticket', () => {
  for (const [actions, waits, told] of [
    [[CALL, DONE], [COVERING], true],
    [[CALL, DONE], [WAIT, COVERING], true],
    [[CALL, DONE], [WAIT], false],
    [[CALL, POST], [COVERING], false],
    [[CALL], [COVERING], false],
    [[CALL, DONE, DONE], [COVERING], false],
    [[DONE, CALL], [COVERING], false],
    [[POST], [COVERING], false],
  ] as const) {
    const ticket = ticketOf('t_1', { actions, waits });
    assert.equal(tellsOfRequest(ticket), told);
    assert.equal(coversWords(ticket), told ? COVERS_WORDS : null);
    const card = JSON.stringify(cardOf(ticket, { card: 'n'.repeat(24), publicUrl: null, nowMs: 0, standing: null }));
    assert.equal(card.includes(COVERS_WORDS), told);
    assert.equal(ticketLines(ticket).join('\n').includes(COVERS_WORDS), told);
  }
});
