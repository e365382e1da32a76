// What a commit by API says of its files: paths that hosts obey are found however they are spelt, odd ones are never sure.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contentSize, readFiles } from '../../../src/providers/repo/file-changes.ts';

const read = (...paths: readonly unknown[]) => readFiles(paths.map((path) => ({ path: path as string })));

describe('the files of a commit', () => {
  it('are named without leading or double slashes', () => {
    assert.deepEqual(read('/docs//a.md', './b.md'), {
      facts: { pathCount: 2, guardFiles: false, paths: ['docs/a.md', 'b.md'] },
      sure: true,
    });
  });
  it('that CI or the host obeys are found in any spelling', () => {
    for (const path of [
      '.github/workflows/ci.yml',
      '/.github//workflows/ci.yml',
      './.github/workflows/x/../ci.yml'.replace('x/../', ''),
      '.GITHUB/Workflows/CI.yml',
      '.github/wor\u200bkflows/ci.yml',
      '.github/workflow\u017f/ci.yml',
      '.gitlab-ci.yml',
      'sub/azure-pipelines.release.yml',
      'bitbucket-pipelines.yml',
      '.gitea/workflows/a.yaml',
      'ci/Jenkinsfile',
      'CODEOWNERS',
      '.github/CODEOWNERS',
    ])
      assert.equal(read(path).facts['guardFiles'], true, path);
  });
  it('that only look alike are not', () => {
    for (const path of [
      'github/workflows/ci.yml',
      'docs/.github/workflows/ci.yml',
      'my.gitlab-ci.yml',
      'Jenkinsfile.md',
      'src/codeowners.ts',
    ])
      assert.equal(read(path).facts['guardFiles'], false, path);
  });
  it('are not sure, and are not named, when a path is missing or runs elsewhere', () => {
    for (const path of [undefined, 7, '', '/', 'a/../.github/workflows/x', '..', 'a\\b', 'a\u0000b', '\ud800', 'a/'.repeat(3000)])
      assert.deepEqual(read('a.md', path), { facts: {}, sure: false }, String(path));
    assert.equal(readFiles([]).sure, false);
  });
  it('still tell that one of them is obeyed', () => {
    assert.deepEqual(read('.gitlab-ci.yml', '../x'), { facts: { guardFiles: true }, sure: false });
  });
  it('are counted when there are too many to list', () => {
    const { facts, sure } = read(...Array.from({ length: 501 }, (_, at) => `f${at}`));
    assert.deepEqual([facts, sure], [{ pathCount: 501, guardFiles: false }, true]);
  });
});

describe('the size of content', () => {
  it('is that of the decoded bytes', () => {
    assert.equal(contentSize(Buffer.from('hello').toString('base64'), true), 5);
    assert.equal(contentSize('aGVs\nbG8=', true), 5);
    assert.equal(contentSize('é', false), 2);
    assert.equal(contentSize(undefined, false), undefined);
  });
});
