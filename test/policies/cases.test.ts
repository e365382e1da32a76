// The bundles that ship: they load without a warning, and each policy is shown deciding.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'node:test';
import { describeFinding } from '../../src/decide/bundle-finding.ts';
import { checkBundle } from '../../src/decide/bundle.ts';
import { runCases } from '../../src/decide/case-runner.ts';
import { caseRehearsal } from '../../src/enforce/rehearse-case.ts';

const POLICIES = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'policies');

for (const [name, directory] of [
  ['the starter bundle', POLICIES],
  ['the observing bundle', join(POLICIES, 'observe')],
] as const) {
  describe(name, () => {
    it('loads without a warning, and all its cases come out as written', async () => {
      const { bundle, findings } = await checkBundle(directory);
      assert.deepEqual(findings.map(describeFinding), []);
      assert.ok(bundle !== null);
      const report = await runCases(bundle, caseRehearsal());
      assert.deepEqual(report.findings.map(describeFinding), []);
      assert.deepEqual(report.undecided, []);
      assert.equal(report.coverage.percent, 100);
      assert.ok(report.cases >= bundle.policies.length);
    });
  });
}

describe('the bundles together', () => {
  it('speak one language: the schema is the same file', () => {
    assert.equal(
      readFileSync(join(POLICIES, 'observe', 'schema.cedarschema'), 'utf8'),
      readFileSync(join(POLICIES, 'schema.cedarschema'), 'utf8'),
    );
  });

  it('name the same company domains in policy and constraint', () => {
    const named = [...readFileSync(join(POLICIES, 'email.cedar'), 'utf8').matchAll(/\[("[^\]]*")\]\.contains/g)].map(
      (match) => match[1],
    );
    const kept = /domains: \[(.*)\]/.exec(readFileSync(join(POLICIES, 'constraints.yaml'), 'utf8'))?.[1];
    assert.deepEqual([...new Set(named)], [`"${kept}"`]);
  });
});
