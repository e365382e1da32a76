// Constraints carried out: one after the other, on what was read, or not at all.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Constraint } from '../../src/decide/constraint.ts';
import { remainingChanges, rewrite } from '../../src/enforce/rewrite.ts';
import type { BodyEdit } from '../../src/providers/body-edit.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { handMade, judgementOf, PRINCIPAL, proposalOf } from '../support/exchange.ts';
import { fakeProvider } from '../support/fake-provider.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const KEEP: Constraint = { name: 'inside', type: 'keep-recipients', domains: ['example.com'] };
const CAP: Constraint = { name: 'cap', type: 'set', field: '/amount', value: 1 };
const PULL: Constraint = { name: 'pull', type: 'pull-request', prefix: 'agent/', hosts: new Map() };
const HEADERS = [
  'Content-Length',
  '4',
  'Content-Encoding',
  'gzip',
  'Content-MD5',
  'x',
  'Digest',
  'x',
  'Content-Digest',
  'x',
  'Repr-Digest',
  'x',
  'Content-Type',
  'application/json',
  'Authorization',
  'Bearer k',
];

/** Notes each edit and puts its kind behind the body. */
function editor(edits: BodyEdit[] = []): Provider {
  return fakeProvider('editor', ['*'], {
    edit(_request, body, edit) {
      edits.push(edit);
      return { bytes: Buffer.from(`${body.bytes?.toString()}+${edit.kind}`), changed: [edit.kind] };
    },
  });
}

function run(constraints: readonly Constraint[], provider: Provider | null, problem: string | null = null) {
  const exchange = handMade('POST', '/a', 'sent', { headers: HEADERS });
  const proposal = proposalOf(exchange, { provider, body: { bytes: Buffer.from('body'), problem } });
  const originate = (): never => assert.fail('nothing has to be asked for an edit');
  return rewrite(exchange, PRINCIPAL, proposal, judgementOf('CONSTRAIN', proposal, { constraints }), { originate });
}

test('each edit is made on what the one before has left, and all of them are told', async () => {
  const edits: BodyEdit[] = [];
  const substitute = await run([KEEP, CAP], editor(edits));
  assert.deepEqual(edits, [
    { kind: 'keep-recipients', domains: ['example.com'] },
    { kind: 'set', field: '/amount', value: 1 },
  ]);
  assert.deepEqual(substitute.bytes, { kind: 'whole' });
  assert.deepEqual([substitute.body.bytes.toString(), substitute.body.problem], ['body+keep-recipients+set', null]);
  assert.deepEqual([substitute.changed, substitute.settle], [['keep-recipients', 'set'], null]);
});

test('fields about the old bytes go, the length is the new one, the rest stays', async () => {
  const { request } = await run([CAP], editor());
  assert.deepEqual(request.headers.raw, ['Content-Type', 'application/json', 'Authorization', 'Bearer k', 'content-length', '8']);
  assert.equal(request.target, '/a');
});

for (const [name, constraints, provider, problem, why] of [
  ['a body that was not read', [CAP], editor(), 'larger than 10 bytes', /could not be read to change it: larger than 10 bytes/],
  ['a push that was not read', [PULL], editor(), 'cut off', /cut off/],
  ['an API nobody knows', [CAP], null, null, /no way to change/],
  ['an API whose provider edits nothing', [CAP], fakeProvider('mute', ['*']), null, /no way to change/],
  ['a re-routed push with an edit', [PULL, CAP], editor(), null, /can not be combined/],
  ['an edit with a re-routed push', [CAP, PULL], editor(), null, /can not be combined/],
  ['a re-route of what is no push', [PULL], editor(), null, /./],
] as const) {
  test(`${name} is not changed, and not sent`, async () => {
    assert.match((await throwsWithCode('CONSTRAINT_FAILED', () => run(constraints, provider, problem))).message, why);
  });
}

test('what an edit would still change is counted, a pull request can only be tried', () => {
  const proposal = proposalOf(handMade('POST', '/a'), { provider: editor() });
  assert.equal(remainingChanges(proposal, []), 0);
  assert.equal(remainingChanges(proposal, [KEEP, CAP]), 2);
  assert.equal(remainingChanges(proposal, [CAP, PULL]), null);
});
