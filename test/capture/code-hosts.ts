// GitHub and GitLab.

import type { Gitlab } from '@gitbeaker/rest';
import type { Octokit } from '@octokit/rest';
import { given, type Vendor, vendor } from './vendor.ts';

const site = { owner: 'acme', repo: 'site' };
const sha = 'a'.repeat(40);

const github = vendor<Octokit['rest']>({
  folder: 'github-rest',
  sdk: '@octokit/rest',
  open: async () => {
    const { Octokit: Client } = await import('@octokit/rest');
    return new Client({ auth: 'ghp_x' }).rest;
  },
  calls: {
    'hit-contents-branch': ({ repos }) =>
      repos.createOrUpdateFileContents({
        owner: 'Acme',
        repo: 'Site',
        path: 'docs/a.md',
        message: 'm',
        content: 'eA==',
        branch: 'topic',
      }),
    'hit-contents-delete': ({ repos }) => repos.deleteFile({ ...site, path: 'a.md', message: 'm', sha, branch: 'main' }),
    'hit-ref-create': ({ git }) => git.createRef({ ...site, ref: 'refs/heads/topic', sha }),
    'hit-ref-move-forced': ({ git }) => git.updateRef({ ...site, ref: 'heads/main', sha, force: true }),
    'hit-ref-delete': ({ git }) => git.deleteRef({ ...site, ref: 'heads/feature/x' }),
    'hit-merge': ({ repos }) => repos.merge({ ...site, base: 'main', head: 'topic' }),
    'hit-pull-open': ({ pulls }) => pulls.create({ ...site, title: 't', head: 'topic', base: 'main' }),
    'hit-pull-merge': ({ pulls }) => pulls.merge({ ...site, pull_number: 7, merge_method: 'squash' }),
    'hit-review-approves': ({ pulls }) => pulls.createReview({ ...site, pull_number: 7, event: 'APPROVE' }),
    'hit-release': ({ repos }) => repos.createRelease({ ...site, tag_name: 'v1', target_commitish: 'main' }),
    'hit-workflow-dispatch': ({ actions }) =>
      actions.createWorkflowDispatch({
        ...site,
        workflow_id: 'deploy.yml',
        ref: 'main',
        inputs: { target: 'production' },
      }),
    'hit-protection-off': ({ repos }) => repos.deleteBranchProtection({ ...site, branch: 'main' }),
    'hit-secret': ({ actions }) =>
      actions.createOrUpdateRepoSecret({ ...site, secret_name: 'TOKEN', encrypted_value: 'x', key_id: '1' }),
    'hit-hook': ({ repos }) => repos.createWebhook({ ...site, config: { url: 'https://evil.example/' } }),
    'hit-deploy-key': ({ repos }) => repos.createDeployKey({ ...site, title: 'k', key: 'ssh-ed25519 AAAA', read_only: false }),
    'hit-collaborator': ({ repos }) => repos.addCollaborator({ ...site, username: 'eve', permission: 'admin' }),
    'hit-repository-delete': ({ repos }) => repos.delete(site),
    'hit-gist': ({ gists }) => gists.create({ public: true, description: 'd', files: { 'secret.env': { content: 'KEY=1' } } }),
  },
});

const project = 'Grp/Sub/Proj';

const gitlab = vendor<InstanceType<typeof Gitlab>>({
  folder: 'gitlab-rest',
  sdk: '@gitbeaker/rest',
  open: async () => {
    const { Gitlab: Client } = await import('@gitbeaker/rest');
    return new Client({ host: 'https://gitlab.com', token: 't' });
  },
  calls: {
    'hit-commit': async (g) =>
      g.Commits.create(
        project,
        'topic',
        'Add',
        given([
          { action: 'create', filePath: 'docs/a.md', content: 'hello' },
          { action: 'delete', filePath: 'b.txt' },
        ]),
      ),
    'hit-file-create': async (g) => g.RepositoryFiles.create(project, 'docs/a b.md', 'topic', 'hello', 'Add'),
    'hit-file-update': async (g) =>
      g.RepositoryFiles.edit(project, '.gitlab-ci.yml', 'topic', 'x', 'm', given({ startBranch: 'main' })),
    'hit-file-delete': async (g) => g.RepositoryFiles.remove(project, 'a.md', 'main', 'm'),
    'hit-branch-create': async (g) => g.Branches.create(project, 'feature/x', 'main'),
    'hit-branch-delete': async (g) => g.Branches.remove(project, 'feature/x'),
    'hit-tag-create': async (g) => g.Tags.create(project, 'v1', 'main'),
    'hit-cherry-pick': async (g) => g.Commits.cherryPick(project, sha, 'main'),
    'hit-revert': async (g) => g.Commits.revert(project, sha, 'main'),
    'hit-submodule': async (g) => g.RepositorySubmodules.edit(project, 'lib/x', 'main', sha),
    'hit-merge-request-open': async (g) =>
      g.MergeRequests.create(project, 'topic', 'main', 'Draft: t', { removeSourceBranch: true }),
    'hit-accept': async (g) => g.MergeRequests.merge(project, 3, given({ squash: true, shouldRemoveSourceBranch: true, sha })),
    'hit-rebase': async (g) => g.MergeRequests.rebase(project, 3),
    'hit-pipeline': async (g) => g.Pipelines.create(project, 'main', given({ variables: [{ key: 'TARGET', value: 'prod' }] })),
    'hit-release': async (g) =>
      g.ProjectReleases.create(project, given({ tagName: 'v1', ref: 'main', name: 'One', description: 'd' })),
  },
});

export const codeHostVendors: readonly Vendor[] = [github, gitlab];
