// One write to GitHub's REST API, taken apart: which repository, which fields; and how GitHub says no.

import { hostResource } from '../../classify/base-facts.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { refusalSentence } from '../refusal.ts';
import { fieldSources } from './call-fields.ts';
import { repositoryAt, unknownRepository } from './repository.ts';
import type { Repository } from './repository.ts';

/** GitHub reads JSON whatever its content type says (E16), keys in their own case. */
export const GITHUB_FIELDS = fieldSources({
  judged: [
    'base',
    'branch',
    'draft',
    'event',
    'force',
    'head',
    'new_name',
    'ref',
    'tag_name',
    'visibility',
    'private',
    'public',
    'files',
    'tree',
    'organization',
    'owner',
    'config',
    'read_only',
  ],
  anyType: true,
});

/**
 * The host that repositories are named by: `api.github.com` and `uploads.github.com` are `github.com`, `api.acme.ghe.com` is
 * `acme.ghe.com`, an Enterprise server is itself.
 */
export function repositoryHost(request: RequestView): string {
  return hostResource(request).id.replace(/^(?:api|uploads)\.(github\.com|[^.]+\.ghe\.com)(?=:|$)/, '$1');
}

/** `repos/{owner}/{repo}/…` and its alias `repositories/{id}/…`; anything else names no repository. */
export function repositoryOf(
  request: RequestView,
  segments: readonly string[],
): { repository: Repository; rest: readonly string[] } {
  const host = repositoryHost(request);
  const [kind = '', first = '', second = ''] = segments;
  if (kind.toLowerCase() === 'repos' && segments.length >= 3 && !`${first}${second}`.includes('/')) {
    return { repository: repositoryAt(host, [first, second]), rest: segments.slice(3) };
  }
  if (kind.toLowerCase() === 'repositories' && segments.length >= 2) {
    return { repository: unknownRepository(host, `id-${first}`), rest: segments.slice(2) };
  }
  return { repository: unknownRepository(host, kind === '' ? 'root' : kind.toLowerCase()), rest: segments };
}

/** The shape that Octokit turns into its RequestError, with our reason as the message. */
export function refuseRest(_request: RequestView, refusal: Refusal): NativeAnswer {
  const message = refusalSentence(refusal);
  const document = { message, documentation_url: 'https://docs.github.com/rest', status: String(refusal.status) };
  return {
    status: refusal.status,
    headers: ['Content-Type', 'application/json; charset=utf-8'],
    body: Buffer.from(JSON.stringify(document), 'utf8'),
  };
}
