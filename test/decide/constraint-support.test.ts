// What a constraint can be carried out on: the table is true of every fixture, and a policy beyond it is warned of.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../src/classify/registry.ts';
import { checkFiles } from '../../src/decide/bundle.ts';
import { canBeMet } from '../../src/decide/constraint-support.ts';
import type { Constraint } from '../../src/decide/constraint.ts';
import type { BodyEdit } from '../../src/providers/body-edit.ts';
import { fixtureFiles } from '../support/fixture-folders.ts';
import { readFixture } from '../support/fixture-request.ts';
import { filesOf, policy } from './bundle-fixture.ts';

const EDITS: ReadonlyArray<readonly [BodyEdit, Constraint]> = [
  [
    { kind: 'set', field: '/added', value: 1 },
    { name: 'c', type: 'set', field: '/added', value: 1 },
  ],
  [
    { kind: 'set', field: 'added', value: 1 },
    { name: 'c', type: 'set', field: 'added', value: 1 },
  ],
  [
    { kind: 'keep-recipients', domains: ['example.com'] },
    { name: 'c', type: 'keep-recipients', domains: ['example.com'] },
  ],
];

/** Actions that a fixture has beside the one that is edited: a method that is claimed, an upgrade. */
const BESIDE = new Set(['http.read', 'websocket.open']);

test('whatever a provider can change, the table says can be changed', async () => {
  const missing = new Set<string>();
  let edited = 0;
  for (const { url, name } of fixtureFiles()) {
    if (!name.startsWith('hit-')) continue;
    const fixture = await readFixture(url);
    const recognised = recognise(fixture.view);
    const body = await fixture.inspect(recognised.need);
    const { provider, actions } = recognised.classify(body);
    for (const [edit, constraint] of EDITS) {
      try {
        if (provider?.edit?.(fixture.view, body, edit) === undefined) continue;
      } catch {
        continue;
      }
      edited += 1;
      for (const action of actions) {
        if (!BESIDE.has(action.name) && !canBeMet(constraint, action.name))
          missing.add(`${constraint.type} ${action.name} (${name})`);
      }
    }
  }
  assert.ok(edited > 100);
  assert.deepEqual([...missing], []);
});

test('a policy that asks for what can not be done is warned of at its annotation', () => {
  const constraints = 'less: { type: set, field: amount, value: 1 }';
  const found = (scope: string, annotations: string): string[] => {
    const { findings } = checkFiles(filesOf({ policies: policy('p', `permit (${scope});`, annotations), constraints }));
    return findings
      .filter(({ rule }) => rule === 'unsupported-constraint')
      .map(({ line, column, severity, message }) => `${line}:${column} ${severity} ${message}`);
  };
  const constrain = '@verdict("constrain") @constrain("less")';
  assert.deepEqual(found('principal, action == Action::"http.write", resource', constrain), [
    "1:56 warning `less` (set) can't be carried out on http.write: such a request would be blocked",
  ]);
  assert.deepEqual(found('principal, action == Action::"payment.refund", resource', constrain), []);
  assert.match(
    found('principal, action in Action::"write", resource', '@verdict("wait") @approvers("g") @offer("less")').join(),
    /on http\.write: such a request would have no offer$/,
  );
});
