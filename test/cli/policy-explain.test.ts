// `interlock policy explain`: a request or an entry, with what matched and what stood in the way.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import { fakeCli } from './fake-cli.ts';

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
});
