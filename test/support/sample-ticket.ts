// A ticket with nothing in it, for tests that only need there to be one.

import type { Ticket } from '../../src/approve/ticket.ts';

export const TICKET: Ticket = {
  id: 't_1',
  state: 'pending',
  binding: 'b',
  agent: 'bot',
  user: null,
  session: null,
  actions: [],
  host: 'h',
  method: 'POST',
  path: '/',
  reason: 'r',
  waits: [],
  approvals: [],
  deniedBy: null,
  denial: null,
  createdAt: '',
  expiresAt: '',
  exchange: 'x1',
  grant: false,
  offers: [],
  edit: null,
  scope: null,
  warning: null,
  idempotency: null,
  outcome: null,
};
