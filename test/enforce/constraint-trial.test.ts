// A constraint that is said to make a request pass does: asked for by a policy, the same request goes out so.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { tryConstraints, untriedConstraints } from '../../src/enforce/constraint-trial.ts';
import { rehearse } from '../../src/enforce/rehearse.ts';
import { readWrittenRequest } from '../../src/http/written-request.ts';
import { bundle, explained, principal, refund } from './trial-bundle.ts';

test('of what waits: the constraint that makes it pass, with what would be sent', async () => {
  const { verdict, trials } = await explained(refund(420_000), await bundle());
  assert.equal(verdict, 'WAIT');
  const [trial] = trials;
  assert.deepEqual([trial?.constraint, trial?.outcome, trial?.way], ['refund-500', 'passes', 'approvers']);
  assert.deepEqual(trial?.namedBy, ['refund-large']);
  assert.equal(trial?.substitute?.verdict, 'ALLOW');
  assert.equal(trial?.substitute?.actions[0]?.facts['amountMinor'], 50_000);
});

test('it does pass once a policy asks for it', async () => {
  const asking = (text: string) =>
    `${text.replace('@id("refund-large")', '@id("refund-large")\n@shadow("true")')}
@id("cut-down") @reason("Large refunds are cut down.") @verdict("constrain") @constrain("refund-500")
permit (principal, action == Action::"payment.refund", resource)
when { context has amountMinor && context.amountMinor == 420000 };\n`;
  const { verdict, decision } = await explained(refund(420_000), await bundle({ payment: asking }));
  assert.equal(verdict, 'CONSTRAIN');
  assert.equal(decision.rejudged?.actions[0]?.action.facts['amountMinor'], 50_000);
});

test('a constraint after which it would still wait or be blocked is told with the reason', async () => {
  const constraints =
    'refund-9000:\n  type: set\n  field: amount\n  value: 900000\nrefund-note:\n  type: set\n  field: reason\n  value: duplicate\n';
  const { trials } = await explained(refund(420_000), await bundle({ constraints }));
  const by = new Map(trials.map((trial) => [trial.constraint, trial]));
  assert.equal(by.get('refund-9000')?.outcome, 'fails');
  assert.match(by.get('refund-9000')?.why ?? '', /would have to wait/);
  assert.equal(by.get('refund-note')?.outcome, 'fails');
  assert.deepEqual(by.get('refund-note')?.namedBy, []);
});

test('what a forbid blocks only the agent itself can send otherwise', async () => {
  const forbid = (text: string) =>
    `${text}\n@id("never-large") @reason("Never.") forbid (principal, action == Action::"payment.refund", resource)
when { context has amountMinor && context.amountMinor > 100000 };\n`;
  const { verdict, trials } = await explained(refund(420_000), await bundle({ payment: forbid }));
  assert.deepEqual([verdict, trials[0]?.outcome, trials[0]?.way], ['BLOCK', 'passes', 'agent']);
});

test('what passes is not tried, and what only the server could tell stays open', async () => {
  assert.deepEqual((await explained(refund(2_000), await bundle())).trials, []);
  const deps = await bundle();
  const push = await readFile(new URL('../fixtures/requests/git-push/hit-push-update.http', import.meta.url));
  const nobody = { ...principal, teams: [] };
  const { judge } = deps;
  const rehearsal = await rehearse(readWrittenRequest(push), nobody, { judge, wishes: judge, inspectBytes: 1_048_576 });
  assert.equal(rehearsal.decision.verdict, 'BLOCK');
  const trials = await tryConstraints(rehearsal, nobody, deps);
  assert.equal(trials.find(({ constraint }) => constraint === 'as-pull-request')?.outcome, 'open');
  const untried = untriedConstraints(rehearsal.decision.judgement, deps.bundle);
  assert.ok(untried.every(({ outcome }) => outcome === 'open'));
});
