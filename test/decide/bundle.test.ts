// Loading a directory as one: good, broken, and what the error says.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkBundle, loadBundle } from '../../src/decide/bundle.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { bundleFolder, policy } from './bundle-fixture.ts';

const GOOD = policy('read', 'permit(principal, action == Action::"http.read", resource);');

describe('a bundle on disk', () => {
  it('loads as one, named by its digest', async () => {
    using folder = bundleFolder(GOOD);
    folder.write('more.cedar', policy('write', 'permit(principal, action == Action::"http.write", resource);'));
    const bundle = await loadBundle(folder.path);
    assert.deepEqual(
      bundle.policies.map((each) => each.id),
      ['read', 'write'],
    );
    assert.match(bundle.digest, /^[0-9a-f]{64}$/);
  });

  it('is refused with every finding, its file, line and column', async () => {
    using folder = bundleFolder(
      `${GOOD}\n// a comment – with more bytes than characters\n${policy('typo', 'permit(principal, action == Action::"http.read", resource)\n  when { context.hosst == "x" };')}`,
    );
    folder.write('constraints.yaml', 'a:\n  typ: set\n');
    const error = await throwsWithCode('BUNDLE_INVALID', () => loadBundle(folder.path));
    assert.match(error.message, /main\.cedar:7:10: error: attribute `hosst` .*did you mean `host`/);
    assert.match(error.message, /constraints\.yaml:1:1: error/);
  });

  it('is refused without any policy (threat D15)', async () => {
    using folder = bundleFolder('// nothing here\n');
    const error = await throwsWithCode('BUNDLE_INVALID', () => loadBundle(folder.path));
    assert.match(error.message, /no policy/);
  });

  it('loads with warnings, and tells them', async () => {
    using folder = bundleFolder(
      `${GOOD}${policy('wait', 'permit(principal, action == Action::"http.write", resource);', '@verdict("wait") @approvers("nobody")')}`,
    );
    const { bundle, findings } = await checkBundle(folder.path);
    assert.notEqual(bundle, null);
    assert.deepEqual(
      findings.map(({ severity, line }) => [severity, line]),
      [['warning', 3]],
    );
    assert.match(findings[0]?.message ?? '', /no Group::"nobody"/);
  });

  it('lists findings in the order of files and lines', async () => {
    using folder = bundleFolder(
      `${policy('a b', 'permit(principal, action, resource);')}${policy('c d', 'permit(principal, action, resource);')}`,
    );
    folder.write('entities.json', '{}');
    const { findings } = await checkBundle(folder.path);
    assert.deepEqual(
      findings.map(({ file, line }) => [file, line]),
      [
        ['entities.json', 1],
        ['main.cedar', 1],
        ['main.cedar', 3],
      ],
    );
  });
});
