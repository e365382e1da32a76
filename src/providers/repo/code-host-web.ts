// The pages of the code hosts beside their APIs: what is sent there (a form of the site, say) is no plain write to some host.

import { hostResource } from '../../classify/base-facts.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import type { Provider } from '../provider.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { refusalSentence } from '../refusal.ts';
import { UNKNOWN_WRITE, effectAction } from './effect.ts';
import { gitLfs } from './git-lfs.ts';
import { gitPush } from './git-push.ts';
import { repositoryAt, unknownRepository } from './repository.ts';

const SITES =
  /^(?:(?:www\.|gist\.)?github\.com|[^.]+\.ghe\.com|gitlab\.com|bitbucket\.org|codeberg\.org|gitea\.com|dev\.azure\.com|[^.]+\.visualstudio\.com)$/;
/** Paths of the APIs, and of package managers and registries, which others know. */
const OTHERS = /^(?:!?api|_apis|v2|_packaging|graphql)$/i;

/** There an organisation and a project stand in front of the API; elsewhere `acme/api` is a repository. */
const DEEP = /^(?:dev\.azure\.com|[^.]+\.visualstudio\.com)$/;

export const codeHostWeb: Provider = {
  name: 'code-host-web',
  family: 'repo',
  hosts: ['*'],
  recognise(request) {
    if (isPlainRead(request) || !SITES.test(request.authority.host)) return null;
    if (request.segments.slice(0, DEEP.test(request.authority.host) ? 4 : 1).some((segment) => OTHERS.test(segment))) return null;
    if (gitPush.recognise(request) !== null || gitLfs.recognise(request) !== null) return null;
    const host = hostResource(request).id;
    const [owner = '', name = ''] = request.segments;
    const repository = name === '' ? unknownRepository(host, 'site') : repositoryAt(host, [owner, name]);
    return {
      need: { kind: 'none' },
      classify: () => [effectAction(request, repository, UNKNOWN_WRITE, 'rest', !hasAmbiguousPath(request))],
    };
  },
  refuse,
};

function refuse(_request: unknown, refusal: Refusal): NativeAnswer {
  return {
    status: refusal.status,
    headers: ['Content-Type', 'text/plain; charset=utf-8'],
    body: Buffer.from(`${refusalSentence(refusal)}\n`),
  };
}
