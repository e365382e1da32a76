// Merge requests on GitLab (REST API v4, "Merge requests"), at gitlab.com or a server at the root of its host.

import { fieldAt, listOf } from '../classify/json-field.ts';
import { apiToken, gitCredential } from './git-credential.ts';
import type { GitCredential } from './git-credential.ts';
import type { PullVendor } from './pull-api.ts';
import { repositoryParts } from './repository-path.ts';

export const gitlabPulls: PullVendor = (request) => {
  const parts = repositoryParts(request);
  if (parts === null || parts.length < 2) return null;
  const target = `/api/v4/projects/${encodeURIComponent(parts.join('/'))}/merge_requests`;
  return {
    scheme: request.scheme,
    authority: request.authority,
    label: 'merge request !',
    headers: ['Accept', 'application/json', ...authorise(gitCredential(request.headers))],
    listTarget: (head, base) =>
      `${target}?${new URLSearchParams({ state: 'opened', source_branch: head, target_branch: base, per_page: '10' }).toString()}`,
    readList: listOf,
    readPull: (item) => ({
      number: fieldAt(item, 'iid'),
      url: fieldAt(item, 'web_url'),
      head: fieldAt(item, 'source_branch'),
      base: fieldAt(item, 'target_branch'),
      foreign: fieldAt(item, 'source_project_id') !== fieldAt(item, 'target_project_id'),
    }),
    openTarget: target,
    openBody: ({ head, base, title, body }) => ({ source_branch: head, target_branch: base, title, description: body }),
    taken: [409],
    // `message` is a string or a list of strings; OAuth's errors have `error_description`.
    readErrors: (json) => {
      const message = fieldAt(json, 'message');
      return [...(listOf(message) ?? [message]), fieldAt(json, 'error_description') ?? fieldAt(json, 'error')];
    },
  };
};

/** Personal, group, project and OAuth tokens are all taken as Bearer; a CI job's has a field of its own. */
function authorise(credential: GitCredential | null): string[] {
  const token = apiToken(credential);
  if (token === null) return [];
  const job = credential?.kind === 'basic' && credential.user === 'gitlab-ci-token';
  return job ? ['JOB-TOKEN', token] : ['Authorization', `Bearer ${token}`];
}
