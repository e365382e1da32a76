// Case files are read strictly: a misspelt expectation would be one that nobody checks.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeFinding } from '../../src/decide/bundle-finding.ts';
import { parseCases } from '../../src/decide/case-file.ts';

function findings(text: string): string {
  return parseCases('cases/a.yaml', text).findings.map(describeFinding).join('\n');
}

const GOOD =
  '- case: c\n  action: http.read\n  resource: { type: Host, id: "h:8443" }\n  expect: { verdict: ALLOW, policies: [b, a] }\n';

describe('a case file', () => {
  it('fills in what every action has', () => {
    const [first] = parseCases('f', GOOD).cases;
    assert.ok(first?.kind === 'action');
    assert.deepEqual(first.facts, { host: 'h', method: 'GET', path: '/', inspected: true });
    assert.deepEqual(first.policies, ['a', 'b']);
  });

  it('says what the plan in force makes of it', () => {
    const planned = (plan: string) => parseCases('f', GOOD.replace('  action', `  plan: ${plan}\n  action`));
    const [drift] = planned('{ expected: false }').cases;
    assert.ok(drift?.kind === 'action');
    assert.deepEqual(drift.own, { plan: { expected: false, step: 0, id: 'p_case' } });
    const [next] = planned('{ expected: true, step: 3 }').cases;
    assert.ok(next?.kind === 'action');
    assert.deepEqual(next.own, { plan: { expected: true, step: 3, id: 'p_case' } });
    assert.match(planned('{ step: 3 }').findings.map(describeFinding).join(), /`expected` is missing/);
    assert.match(planned('{ expected: true, steps: 3 }').findings.map(describeFinding).join(), /unknown key `steps`/);
  });

  it('tells an approval by its ticket', () => {
    const [first] = parseCases(
      'f',
      '- case: c\n  by: { user: u, groups: [g] }\n  ticket: { approvers: [g], requester: v }\n  expect: { allowed: true, policies: [p] }\n',
    ).cases;
    assert.ok(first?.kind === 'approval');
    assert.deepEqual([first.user, first.requester, first.approvers, first.allowed], ['u', 'v', ['g'], true]);
  });

  it('tells a whole request and an entry by the file they name', () => {
    const { cases } = parseCases(
      'f',
      '- case: r\n  request: a.http\n  expect: { verdict: BLOCK, substitute: { facts: { gone: null } } }\n' +
        '- case: e\n  entry: a.json\n  id: 7\n  expect: { verdict: ALLOW }\n',
    );
    const [request, entry] = cases;
    assert.ok(request?.kind === 'request' && entry?.kind === 'entry');
    assert.deepEqual([request.request, request.actions], ['a.http', null]);
    assert.deepEqual(request.substitute, { changed: null, facts: { gone: null } });
    assert.deepEqual([entry.entry, entry.id, entry.as.agent], ['a.json', '7', null]);
  });

  it('refuses unknown keys and values, at the case', () => {
    assert.match(
      findings(`${GOOD}\n${GOOD.replace('policies', 'policy')}`),
      /^cases\/a\.yaml:6:3: error: unknown key `policy` in `expect`/,
    );
    assert.match(findings(GOOD.replace('ALLOW', 'PERMIT')), /`verdict` is one of/);
    assert.match(findings(GOOD.replace('case: c', 'cas: c')), /`case` is missing/);
    assert.match(findings(GOOD.replace('  action', '  facts: { x: { y: 1 } }\n  action')), /the fact `x`/);
    assert.match(findings(GOOD.replace('  action', '  facts: { x: null }\n  action')), /the fact `x`/);
    assert.match(findings('- case: r\n  request: a\n  facts: {}\n  expect: { verdict: ALLOW }\n'), /unknown key `facts`/);
    assert.match(findings('- case: r\n  request: a\n  expect: { verdict: ALLOW, substitute: no }\n'), /`substitute`/);
    assert.match(findings('- case: r\n  entry: a\n  id: [1]\n  expect: { verdict: ALLOW }\n'), /`id` is not/);
    assert.match(findings('a: 1'), /a list of cases/);
    assert.match(findings('- 1'), /a case is a mapping/);
    assert.match(findings('- ['), /cases\/a\.yaml:1/);
  });
});
