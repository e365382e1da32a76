// What stands beside an entry in a proof is about this entry: every other one is turned away, whatever it has in common.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { belongs } from '../../src/proof/belonging.ts';

type Placed = Parameters<typeof belongs>[0];

const at = (sequence: number, body: Placed['body']): Placed => ({ sequence, body });
const VERDICT = at(5, { type: 'verdict', exchange: 'x1', ticket: 't_1', plan: { id: 'p_1', step: 1 } });
const BARE = at(5, { type: 'verdict', exchange: 'x1', ticket: null, plan: null });
const OUTCOME = at(9, { type: 'outcome', exchange: 'x1', verdictEntry: '5' });

const CASES: ReadonlyArray<readonly [name: string, entry: Placed, other: Placed, belongs: boolean]> = [
  ['its outcome', VERDICT, OUTCOME, true],
  ["another verdict's outcome", VERDICT, at(9, { ...OUTCOME.body, verdictEntry: '6' }), false],
  ["another exchange's outcome", VERDICT, at(9, { ...OUTCOME.body, exchange: 'x2' }), false],
  ['an outcome without an exchange', at(5, { type: 'verdict' }), at(9, { type: 'outcome', verdictEntry: '5' }), false],
  ['an outcome of what is no verdict', at(5, { type: 'budget', exchange: 'x1' }), OUTCOME, false],
  ['the verdict of an outcome', OUTCOME, VERDICT, true],
  ['another verdict of the same exchange', OUTCOME, at(6, VERDICT.body), false],
  ['a verdict of another exchange', OUTCOME, at(5, { ...VERDICT.body, exchange: 'x2' }), false],
  ["its ticket's move", VERDICT, at(7, { type: 'ticket', ticket: 't_1' }), true],
  ["its ticket's question", VERDICT, at(7, { type: 'question', ticket: 't_1' }), true],
  ['a verdict with the same ticket', VERDICT, at(7, { type: 'verdict', ticket: 't_1' }), true],
  ["another ticket's move", VERDICT, at(7, { type: 'ticket', ticket: 't_2' }), false],
  ['a ticket where none has one', BARE, at(7, { type: 'verdict', exchange: 'x2', ticket: null }), false],
  ['a ticket of no name', at(5, { type: 'verdict', ticket: '' }), at(7, { type: 'ticket', ticket: '' }), false],
  ["its plan's move", VERDICT, at(7, { type: 'plan', plan: 'p_1' }), true],
  ["another plan's move", VERDICT, at(7, { type: 'plan', plan: 'p_2' }), false],
  ['a plan where there is none', BARE, at(7, { type: 'plan', plan: '' }), false],
  ['its disclosure', VERDICT, at(7, { type: 'disclosure', entry: '5' }), true],
  ["another entry's disclosure", VERDICT, at(7, { type: 'disclosure', entry: '6' }), false],
  // An erasure names many entries, and a file is no place for the others.
  ['an erasure', VERDICT, at(7, { type: 'erasure', entry: '5' }), false],
  ['what only has the exchange in common', VERDICT, at(7, { type: 'shadow', exchange: 'x1', ticket: 't_1' }), false],
  ['itself', VERDICT, VERDICT, false],
];

for (const [name, entry, other, expected] of CASES)
  test(`${name} ${expected ? 'belongs' : 'does not belong'} to it`, () => {
    assert.equal(belongs(entry, other), expected);
  });
