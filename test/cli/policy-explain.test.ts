// `interlock policy explain`: a request or an entry, with what matched and what stood in the way.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import type { Entry } from '../../src/record/entry.ts';
import { agentView, fakeCli } from './fake-cli.ts';

const POLICIES = fileURLToPath(new URL('../../policies', import.meta.url));
const REFUND = `${POLICIES}/cases/requests/refund-4200.http`;
const ENTRY = `${POLICIES}/cases/requests/push-entry.json`;

async function run(...options: string[]) {
  const it = fakeCli();
  const code = await it.run('policy', 'explain', POLICIES, ...options);
  return { code, out: it.out(), err: it.err(), json: () => Object(it.json()) };
}

describe('policy explain', () => {
  test('shows facts, what matched, and what stood in the way with its values', async () => {
    const { code, out } = await run('--request', REFUND, '--team', 'support');
    assert.equal(code, 0);
    assert.match(out, /amountMinor: 420000/);
    assert.match(out, /WAIT: A refund of 4200\.00 USD/);
    assert.match(out, /matched {2}permit refund-large \(payment\.cedar:\d+\) WAIT/);
    assert.match(out, /does not hold: context\.amountMinor <= 500 \* context\.minorPerMajor\n +context\.amountMinor is 420000/);
  });

  test('explains an entry from a file, in JSON', async () => {
    const { json } = await run('--entry', ENTRY, '--team', 'engineering', '--json');
    const { principal, actions } = json();
    assert.equal(principal.agent, 'deploy-bot');
    assert.equal(actions[0].judged.verdict, 'CONSTRAIN');
    assert.ok(actions[0].policies.some((each: object) => 'inTheWay' in each));
  });

  test('says what is missing or can not be read', async () => {
    assert.equal((await run()).code, 2);
    assert.match((await run('--request', '/nonexistent')).err, /cannot read/);
    assert.match((await run('--entry', REFUND)).err, /is not JSON/);
    assert.match((await run('--request', ENTRY)).err, /no request as it would go over the wire/);
  });

  test('tells which constraint would make it pass, and what would be sent', async () => {
    const { out } = await run('--request', REFUND, '--team', 'support');
    assert.match(out, /It would pass with:\n {2}refund-500 \(set, named by refund-large\): ALLOW \(refund-small\)/);
    assert.match(out, /sent: amountMinor: 50000 instead of 420000\n +approvers may choose this/);
    const small = await run('--request', `${POLICIES}/cases/requests/refund-20.http`, '--team', 'support');
    assert.doesNotMatch(small.out, /would pass/);
  });

  test('explains a case of the bundle, whoever it says asks', async () => {
    const { json } = await run('--case', "a large refund as Stripe's client sends it", '--json');
    const { verdict, principal, constraints, notes } = json();
    assert.deepEqual([verdict, principal.teams, constraints[0].outcome], ['WAIT', ['support'], 'passes']);
    assert.match(notes[0], /requests\.yaml:\d+/);
    const entry = await run('--case', 'a push to main that was on record', '--json');
    assert.deepEqual([entry.json().principal.agent, entry.json().verdict], ['deploy-bot', 'CONSTRAIN']);
  });

  test('wants one case, about what an agent does', async () => {
    assert.match((await run('--case', 'a push')).err, /cases are named so: "/);
    assert.match((await run('--case', 'no such case')).err, /no case is named so/);
    assert.match((await run('--case', 'a member of the group approves')).err, /about a person/);
    assert.equal((await run('--case', 'x', '--entry', '1')).code, 2);
  });

  test('takes teams and groups of an entry from the directory as it is now, and says so', async () => {
    const it = fakeCli();
    const recorded: Entry = JSON.parse(await readFile(ENTRY, 'utf8'));
    it.operator.entries = [{ ...recorded, sequence: 42 }];
    it.operator.agents.push(agentView('deploy-bot', { teams: ['engineering'] }));
    assert.equal(await it.run('policy', 'explain', POLICIES, '--entry', '42', '--json'), 0);
    const { principal, notes, verdict } = Object(it.json());
    assert.deepEqual([principal.teams, verdict], [['engineering'], 'CONSTRAIN']);
    assert.match(notes[0], /teams of the agent deploy-bot are those of the directory now: engineering/);
    it.operator.agents.length = 0;
    const bare = fakeCli();
    bare.operator.entries = it.operator.entries;
    await bare.run('policy', 'explain', POLICIES, '--entry', '42');
    assert.match(bare.out(), /BLOCK[\s\S]*only its facts[\s\S]*the directory has no agent deploy-bot now/);
  });
});
