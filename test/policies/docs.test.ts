// The policies that the documentation shows are ones that load beside the starter bundle.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { it } from 'node:test';
import { readBundleFiles } from '../../src/decide/bundle-files.ts';
import { describeFinding } from '../../src/decide/bundle-finding.ts';
import { checkFiles } from '../../src/decide/bundle.ts';

it('every whole policy in docs/policies.md loads', async () => {
  const text = readFileSync(new URL('../../docs/policies.md', import.meta.url), 'utf8');
  const shown = [...text.matchAll(/```cedar\n([^]*?)```/g)]
    .map((match) => match[1] ?? '')
    .filter((snippet) => snippet.includes('@id('));
  assert.ok(shown.length > 3);
  const { files } = await readBundleFiles(fileURLToPath(new URL('../../policies', import.meta.url)));
  assert.ok(files !== null);
  const policies = new Map([...files.policies, ['shown.cedar', shown.join('\n')]]);
  const budgets = [...text.matchAll(/```yaml\n(refundsPerDay:[^]*?)```/g)].map((match) => match[1] ?? '').join('\n');
  assert.notEqual(budgets, '');
  assert.deepEqual(checkFiles({ ...files, policies, budgets }).findings.map(describeFinding), []);
});
