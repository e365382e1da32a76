// budgets.yaml: what loads, what is refused and where, and what it does to the schema that policies are checked with.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeFinding } from '../../src/decide/bundle-finding.ts';
import { checkFiles } from '../../src/decide/bundle.ts';
import { filesOf, policy, SCHEMA } from '../decide/bundle-fixture.ts';

const PERMIT = policy('all', 'permit (principal, action, resource);');

function check(budgets: string, policies = PERMIT, schema = SCHEMA) {
  const { bundle, findings } = checkFiles({ ...filesOf({ policies, schema }), budgets });
  return { budgets: bundle?.budgets ?? [], findings: findings.filter((one) => one.severity === 'error').map(describeFinding) };
}

/** One budget, with one line of it replaced. */
function one(line = '', of = 'payment.refund'): string {
  const lines = new Map([
    ['of', `of: ${of}`],
    ['measure', 'measure: sum amountMinor'],
    ['per', 'per: agent'],
    ['window', 'window: sliding 24h'],
  ]);
  if (line !== '') lines.set(line.split(':')[0] ?? '', line);
  return `perDay:\n${[...lines.values()].map((text) => `  ${text}\n`).join('')}`;
}

test('a budget counts the actions it names and those of the groups it names', () => {
  const { budgets, findings } = check(one('measure: count', '[http, payment]'));
  assert.deepEqual(findings, []);
  assert.deepEqual([...(budgets[0]?.actions ?? [])].toSorted(), ['http.read', 'http.write', 'payment.refund']);
  assert.deepEqual(check(one('window: calendar month')).budgets[0]?.window, {
    kind: 'calendar',
    period: 'month',
    timezone: 'UTC',
  });
  const zoned = check(`${one('window: calendar week')}  timezone: Europe/Berlin\n`);
  assert.deepEqual(zoned.budgets[0]?.window, { kind: 'calendar', period: 'week', timezone: 'Europe/Berlin' });
  for (const empty of ['', '# nothing yet\n']) assert.deepEqual(check(empty), { budgets: [], findings: [] });
});

const REFUSED: ReadonlyArray<readonly [string, RegExp]> = [
  ['- a\n', /^budgets\.yaml:1:1: .*not a mapping/],
  ['a: [', /^budgets\.yaml:1:/],
  ['perDay: 1\n', /^budgets\.yaml:1:1: .*says nothing/],
  ['in:\n  of: http\n', /^budgets\.yaml:1:1: .*name is what policies write/],
  ['1st:\n  of: http\n', /name is what policies write/],
  [one('limit: 5'), /^budgets\.yaml:6:3: .*unknown key `limit`/],
  [one('measure: sum amountMajor'), /^budgets\.yaml:3:12: .*`measure` of `perDay`/],
  [one('per: planet'), /^budgets\.yaml:4:8: .*`per` of `perDay`/],
  [one('window: 24h'), /^budgets\.yaml:5:11: .*not a time/],
  [one('window: sliding 93d'), /not a time/],
  [one('window: sliding 0h'), /not a time/],
  [`${one()}  timezone: UTC\n`, /a sliding window has no time zone/],
  [`${one('window: calendar day')}  timezone: Europe/Atlantis\n`, /^budgets\.yaml:6:13: .*not the name of one/],
  [one('', 'payment.refnud'), /^budgets\.yaml:2:7: .*no action of agents/],
  [one('', '[]'), /names no action/],
  [one('', 'ticket.approve'), /no action of agents/],
  [one('', 'http'), /has the fact `amountMinor`/],
  [one('measure: distinct recipients'), /has the fact `recipients`/],
  [`${one()}${one()}`, /unique/],
];

for (const [text, told] of REFUSED) {
  test(`refused where it stands: ${JSON.stringify(text.slice(0, 60))}`, () => {
    const { findings } = check(text);
    assert.ok(
      findings.some((finding) => told.test(finding)),
      `${String(told)} in ${JSON.stringify(findings)}`,
    );
  });
}

test('policies read it without `has`, as a number, and only where it counts', () => {
  const limit = (action: string, condition: string): string =>
    PERMIT + policy('limit', `forbid (principal, action == Action::"${action}", resource) when { ${condition} };`);
  assert.deepEqual(check(one(), limit('payment.refund', 'context.budget.perDay > 100')).findings, []);
  for (const [action, condition] of [
    ['payment.refund', 'context.budget.perWeek > 100'],
    ['payment.refund', 'context.budget.perDay == "100"'],
    ['http.write', 'context.budget.perDay > 100'],
  ] as const)
    assert.match(check(one(), limit(action, condition)).findings.join('\n'), /^test\.cedar:/);
  assert.match(check('', limit('payment.refund', 'context.budget.perDay > 100')).findings.join('\n'), /^test\.cedar:/);
});

test('the name of the record is taken', () => {
  const schema = SCHEMA.replace('amountKnown: Bool', 'amountKnown: Bool, budget?: Long');
  assert.match(check(one(), PERMIT, schema).findings.join('\n'), /`payment\.refund` has a fact `budget`/);
});

test('a reason names a budget, and a misspelt one is found', () => {
  const say = (name: string): string =>
    PERMIT.replace('because of all', `with it: {budget.${name}}`).replace('action,', 'action == Action::"payment.refund",');
  assert.deepEqual(check(one(), say('perDay')).findings, []);
  assert.match(check(one(), say('perDya')).findings.join('\n'), /names \{budget\.perDya\}/);
});
