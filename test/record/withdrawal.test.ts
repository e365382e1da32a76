// What is taken back of entries that came too late: each that somebody waited for, and nothing that counts.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { EntryBody } from '../../src/record/entry.ts';
import { prepare, type Pending } from '../../src/record/pending.ts';
import { signerFor } from '../../src/record/signer.ts';
import { withdraw } from '../../src/record/withdrawal.ts';
import { outcomeOf, SAMPLE_TIME, verdictOf } from './sample-bodies.ts';

const WAITER = { since: 0, resolve: () => undefined, reject: () => undefined };
const awaited = (body: EntryBody): Pending => prepare(body, SAMPLE_TIME, 'synced', [], WAITER);
const noted = (body: EntryBody): Pending => prepare(body, SAMPLE_TIME, 'written', [], null);
const allowed = awaited(verdictOf('x'));
const outcome = noted(outcomeOf('x', '0'));

test('neighbours are one range, and what nobody waited for stands between two', () => {
  const { ranges } = withdraw(7, [allowed, allowed, outcome, allowed], new Map());
  assert.deepEqual(ranges, [
    { from: 7, to: 8 },
    { from: 10, to: 10 },
  ]);
});

test('a change of keys counts, though somebody waited for it', () => {
  const rekey = {
    signer: signerFor(generateKeyPairSync('ed25519').privateKey),
    before: [],
    change: { previousSignature: '', signature: '' },
  };
  const change = prepare(outcomeOf('x', '0'), SAMPLE_TIME, 'synced', [], WAITER, rekey);
  assert.deepEqual(withdraw(0, [change], new Map()), { ranges: [], bodies: [], state: [] });
});

test('of more than 64 ranges the last one spans the rest, and each exchange is told of', () => {
  const { ranges, bodies } = withdraw(
    0,
    Array.from({ length: 140 }, (_, i) => (i % 2 === 0 ? allowed : outcome)),
    new Map(),
  );
  assert.deepEqual([ranges.length, ranges.at(-1), bodies.length], [64, { from: 126, to: 138 }, 70]);
});

test('only what let something go, or spent something, is given back', () => {
  const ticket = {
    type: 'ticket',
    ticket: 't_1',
    exchange: 'x',
    agent: 'a',
    by: null,
    channel: 'proxy',
    binding: 'b',
    note: '',
  } as const;
  const plan = {
    type: 'plan',
    plan: 'p_1',
    agent: 'a',
    user: null,
    session: null,
    by: null,
    channel: 'proxy',
    step: 1,
    exchange: 'x',
    ticket: null,
    actions: [],
    note: '',
  } as const;
  const bodies: EntryBody[] = [
    ...(['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK'] as const).map((verdict) => verdictOf(verdict, { verdict })),
    ...(['opened', 'spent', 'used', 'denied'] as const).map((move) => ({ ...ticket, move })),
    ...(['proposed', 'consumed'] as const).map((move) => ({ ...plan, move })),
    { type: 'budget', move: 'reserved', exchange: 'x', budgets: ['daily'], used: [5] },
    { type: 'budget', move: 'settled', exchange: 'x', budgets: ['daily'], used: [5] } as never,
  ];
  const told = withdraw(0, bodies.map(awaited), new Map()).bodies;
  assert.deepEqual(
    told.flatMap((body) => (body.type === 'budget' ? body.used : [])),
    [],
    'nothing of the reservation is used',
  );
  assert.deepEqual(
    told.map((body) => [body.type, body.type === 'outcome' ? body.verdictEntry : 'move' in body ? body.move : null]),
    [
      ['outcome', '0'],
      ['outcome', '1'],
      ['outcome', '2'],
      ['ticket', 'returned'],
      ['ticket', 'returned'],
      ['plan', 'returned'],
      ['budget', 'returned'],
    ],
  );
});

test('state goes back to what it was, and stays where nobody knows what that is', () => {
  const previous = new Map([
    ['grant', 'approved'],
    ['new', undefined],
  ]);
  assert.deepEqual(withdraw(0, [allowed], previous).state, [{ put: 'grant', value: 'approved' }, { del: 'new' }]);
  assert.deepEqual(withdraw(0, [allowed], null).state, []);
});
