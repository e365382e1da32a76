// One repository, one id.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRefText } from '../../../src/classify/git-ref.ts';
import { branchRef, refFacts, repositoryAt, unknownRepository } from '../../../src/providers/repo/repository.ts';

const idOf = (host: string, path: string): string => repositoryAt(host, path.split('/')).resource.id;

describe('a repository', () => {
  it('has one id however it is spelt', () => {
    for (const path of ['acme/site', 'Acme/Site', 'acme/site.git', 'ACME/SITE.GIT', 'acme//site/', 'acme/site/'])
      assert.equal(idOf('github.com', path), 'github.com/acme/site', path);
    assert.equal(idOf('www.github.com', 'acme/site'), 'github.com/acme/site');
    assert.equal(repositoryAt('gitlab.com', ['group/sub', 'project.git']).resource.id, 'gitlab.com/group/sub/project');
  });
  it('loses one `.git` only', () => {
    assert.equal(idOf('github.com', 'acme/site.git.git'), 'github.com/acme/site.git');
    assert.equal(idOf('github.com', 'acme/site.wiki.git'), 'github.com/acme/site.wiki');
  });
  it('is told apart from the one on another port', () => {
    assert.notEqual(idOf('git.example.com:8443', 'a/b'), idOf('git.example.com', 'a/b'));
  });
  it('is in every owner above it', () => {
    assert.deepEqual(
      repositoryAt('gitlab.com', ['Group', 'sub', 'p']).parents.map((parent) => parent.id),
      ['gitlab.com/group/sub', 'gitlab.com/group'],
    );
  });
  it('is one on Azure DevOps in all of its spellings', () => {
    for (const path of ['org/project/_git/repo', 'org/project/_git/_optimized/repo', 'Org/Project/_git/_full/Repo'])
      assert.equal(idOf('dev.azure.com', path), 'dev.azure.com/org/project/repo');
    for (const path of ['DefaultCollection/project/_git/repo', 'project/_git/repo'])
      assert.equal(idOf('org.visualstudio.com', path), 'dev.azure.com/org/project/repo');
    assert.equal(idOf('dev.azure.com', 'org/_git/repo'), 'dev.azure.com/org/repo/repo');
    assert.equal(idOf('org.visualstudio.com', '_git/repo'), 'dev.azure.com/org/repo/repo');
    assert.equal(idOf('dev.azure.com', 'org/repo/_git/repo'), 'dev.azure.com/org/repo/repo');
  });
  it('is one on an Azure DevOps server, too, which keeps its `_git`', () => {
    for (const path of ['coll/repo/_git/repo', 'coll/_git/repo', 'coll/_git/_full/repo'])
      assert.equal(idOf('tfs.example.com', path), 'tfs.example.com/coll/repo/_git/repo', path);
  });
  it('that has only an opaque id is unknown and has no owner', () => {
    assert.deepEqual(unknownRepository('github.com', 'R_kgDO'), {
      resource: { type: 'Repo', id: 'github.com/unknown:R_kgDO' },
      parents: [],
      known: false,
    });
    assert.equal(unknownRepository('github.com', 'x"/../y').resource.id, 'github.com/unknown:unreadable');
  });
});

describe('the facts of a ref', () => {
  const repository = repositoryAt('github.com', ['a', 'b']);
  it('name HEAD as the default branch and fold the case', () => {
    assert.equal(
      refFacts(repository, { api: 'git', ref: readRefText('HEAD'), change: 'update', fastForward: 'unknown' })['defaultBranch'],
      true,
    );
    assert.equal(
      refFacts(repository, { api: 'git', ref: readRefText('refs/heads/Main'), change: 'update', fastForward: 'unknown' })[
        'refFolded'
      ],
      'refs/heads/main',
    );
  });
  it('leave out what is not known', () => {
    const facts = refFacts(repository, { api: 'rest', ref: null, change: 'update', fastForward: 'yes' });
    assert.deepEqual(Object.keys(facts).toSorted(), ['api', 'change', 'defaultBranch', 'fastForward', 'repoKnown', 'tag']);
  });
});

describe('a branch by its short name', () => {
  it('is sure unless a server might expand it', () => {
    for (const branch of ['main', 'feature/x', 'headshot'])
      assert.deepEqual(branchRef(branch), { text: `refs/heads/${branch}`, sure: true });
    for (const branch of ['refs/heads/main', 'heads/main', 'HEAD', 'head', '@', 'a b', '', 'x..y'])
      assert.equal(branchRef(branch).sure, false, branch);
  });
});
