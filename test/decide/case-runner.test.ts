// The runner: what came out otherwise, and which policies no case shows.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { describeFinding } from '../../src/decide/bundle-finding.ts';
import { loadBundle } from '../../src/decide/bundle.ts';
import { runCases } from '../../src/decide/case-runner.ts';
import { caseRehearsal } from '../../src/enforce/rehearse-case.ts';
import { bundleFolder, policy } from './bundle-fixture.ts';

const POLICIES =
  policy('read', 'permit(principal in Team::"red", action == Action::"http.read", resource);') +
  policy('idle', 'permit(principal, action == Action::"http.write", resource);');

async function run(cases: string): Promise<{ readonly lines: string; readonly undecided: readonly string[] }> {
  using folder = bundleFolder(POLICIES);
  mkdirSync(join(folder.path, 'cases'));
  folder.write('cases/a.yaml', cases);
  const report = await runCases(await loadBundle(folder.path), caseRehearsal());
  return { lines: report.findings.map(describeFinding).join('\n'), undecided: report.undecided };
}

const READ =
  '- case: red reads\n  as: { teams: [red] }\n  action: http.read\n  resource: { type: Host, id: h }\n  expect: { verdict: ALLOW, policies: [read] }\n';

describe('running cases', () => {
  it('names the policies that never decide', async () => {
    const { lines, undecided } = await run(READ);
    assert.deepEqual(undecided, ['idle']);
    assert.equal(lines, 'main.cedar:3:1: warning: no case shows the policy idle deciding (write one in cases/)');
  });

  it('tells every way in which a case came out otherwise', async () => {
    const { lines } = await run(
      READ.replace('ALLOW', 'WAIT').replace(
        '[read]',
        '[read, idle], constraints: [c], approvers: [g], reason: Nope, unopened: true',
      ),
    );
    for (const wrong of [
      'verdict is ALLOW, expected WAIT',
      'policies is read, expected idle, read',
      'constraints is none, expected c',
      'approvers is none, expected g',
      'expected …Nope…',
      'unopened is false, expected true',
    ]) {
      assert.ok(lines.includes(`cases/a.yaml:1:3: error: red reads: ${wrong}`) || lines.includes(wrong), lines);
    }
  });

  it('tells an evaluation error, which looks like a BLOCK otherwise', async () => {
    const { lines } = await run(
      READ.replace('action:', 'facts: { inspected: true }\n  action:')
        .replace('Host, id: h', 'Mailbox, id: h')
        .replace('ALLOW, policies: [read]', 'BLOCK'),
    );
    assert.match(lines, /evaluation error: the schema does not apply/);
  });
});
