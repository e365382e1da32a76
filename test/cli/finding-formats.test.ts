// Findings for people, programs, code scanning and GitHub's log: all of each, at its place, and nothing that breaks out of its line.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFindings } from '../../src/cli/finding-formats.ts';
import type { BundleFinding } from '../../src/decide/bundle-finding.ts';

const FINDING: BundleFinding = {
  file: 'mail, old:1.cedar',
  line: 3,
  column: 7,
  severity: 'error',
  rule: 'policy',
  message: '100% wrong\n::warning::not a command',
  fix: 'mend it',
};
const WARNING: BundleFinding = { ...FINDING, file: '.', severity: 'warning', rule: 'no-case', message: 'odd', fix: '' };

function format(kind: Parameters<typeof formatFindings>[0], cwd = '/repo'): string {
  const findings = [FINDING, WARNING];
  return formatFindings(kind, { cwd, directory: '/repo/policies', findings, summary: 'done', json: { ok: false, findings } });
}

test('text is a line for each, as compilers write them, and the summary', () => {
  const [first = '', second, last, end] = format('text').split('\n');
  assert.match(first, /^mail, old:1\.cedar:3:7: error: 100% wrong/);
  assert.equal(second, '.:1:7: warning: odd'.replace(':1:', ':3:'));
  assert.deepEqual([last, end], ['done', '']);
});

test('GitHub commands name files from where CI runs, and escape what would end a property or the command', () => {
  assert.deepEqual(format('github').split('\n'), [
    '::error file=policies/mail%2C old%3A1.cedar,line=3,col=7,title=Interlock policy%3A policy::100%25 wrong%0A::warning::not a command (mend it)',
    '::warning file=policies,line=3,col=7,title=Interlock policy%3A no-case::odd',
    'done',
    '',
  ]);
  assert.match(format('github', '/elsewhere'), /file=\/repo\/policies\/mail/);
});

/** What the schema of SARIF 2.1.0 requires of the parts that are used here, and code scanning beyond it. */
test('SARIF has what its schema requires, and each result points at a rule and a place', () => {
  const log = JSON.parse(format('sarif'));
  assert.equal(log.version, '2.1.0');
  assert.match(log.$schema, /sarif-schema-2\.1\.0\.json$/);
  const [run] = log.runs;
  assert.deepEqual(Object.keys(run).toSorted(), ['columnKind', 'originalUriBaseIds', 'results', 'tool']);
  assert.equal(run.columnKind, 'utf16CodeUnits');
  assert.equal(run.originalUriBaseIds.SRCROOT.uri, 'file:///repo/');
  const { rules, name } = run.tool.driver;
  assert.equal(name, 'Interlock');
  assert.equal(new Set(rules.map(({ id }: { id: string }) => id)).size, rules.length);
  for (const result of run.results) {
    assert.equal(rules[result.ruleIndex].id, result.ruleId);
    assert.ok(['error', 'warning'].includes(result.level));
    assert.ok(result.message.text.length > 0);
    const { artifactLocation, region } = result.locations[0].physicalLocation;
    assert.ok(region.startLine >= 1 && region.startColumn >= 1);
    assert.equal(artifactLocation.uriBaseId, 'SRCROOT');
  }
  const [first] = run.results;
  assert.equal(first.locations[0].physicalLocation.artifactLocation.uri, 'policies/mail%2C%20old%3A1.cedar');
  assert.deepEqual(first.locations[0].physicalLocation.region, { startLine: 3, startColumn: 7 });
  const elsewhere = JSON.parse(format('sarif', '/elsewhere')).runs[0].results[1].locations[0].physicalLocation.artifactLocation;
  assert.deepEqual(elsewhere, { uri: 'file:///repo/policies' });
});

test('JSON is the answer as it is', () => {
  assert.deepEqual(JSON.parse(format('json')), { ok: false, findings: [FINDING, WARNING] });
});
