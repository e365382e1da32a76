// Cedar's errors at the operator's lines.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { placeAt } from '../../src/decide/bundle-finding.ts';
import { cedarFinding } from '../../src/decide/cedar-finding.ts';
import type { CedarError } from '../../src/decide/engine.ts';

const ERROR: CedarError = {
  message: 'for policy `p0`, odd',
  help: 'even it',
  code: null,
  url: null,
  severity: null,
  sourceLocations: [{ start: 6, end: 7, label: 'expected x' }],
};

describe('an error of Cedar', () => {
  it('is where its bytes are, in the file and not in the policy', () => {
    const fileText = '// é\n\n@"é" permit';
    const finding = cedarFinding('a.cedar', (within) => placeAt(fileText, 6 + within), '@"é" permit', ERROR, true);
    assert.deepEqual(finding, {
      file: 'a.cedar',
      line: 3,
      column: 6,
      severity: 'error',
      rule: 'policy',
      message: 'odd: expected x',
      fix: 'even it',
    });
  });

  it('is at the start of the policy without a location', () => {
    const { sourceLocations: _, ...bare } = ERROR;
    assert.deepEqual(
      cedarFinding('a.cedar', (within) => placeAt('x\ny', 2 + within), 'y', bare, false),
      {
        file: 'a.cedar',
        line: 2,
        column: 1,
        severity: 'warning',
        rule: 'policy',
        message: 'odd',
        fix: 'even it',
      },
    );
  });
});
