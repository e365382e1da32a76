// The OCI distribution API (Docker's registry API), on any host: layers, manifests, tags.

import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import type { Publication } from './publish-action.ts';
import { recogniseByPath } from './registry-by-path.ts';

export const oci: Provider = {
  name: 'oci',
  family: 'publish',
  hosts: ['*'],
  recognise: recogniseByPath(publicationOf),
  refuse: (_request, refusal) =>
    jsonAnswer(refusal, { errors: [{ code: 'DENIED', message: refusalSentence(refusal), detail: {} }] }),
};

const NAME = /^[a-z0-9]+(?:[._-]{1,2}[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]{1,2}[a-z0-9]+)*){0,8}$/;

/**
 * `/v2/{name}/blobs/uploads/…` and `/v2/{name}/manifests/{reference}`; the name has slashes. Layers stream through unread. A registry behind
 * another path (a slash more, a repository manager's) is one as well, but which of its images that names is its own to say.
 */
function publicationOf(request: RequestView): Publication | null {
  const { method } = request;
  const root = request.segments.indexOf('v2');
  if (root === -1) return null;
  const segments = request.segments.slice(root);
  const at = segments.findLastIndex((segment) => segment === 'blobs' || segment === 'manifests');
  const rest = segments.slice(at + 1);
  if (at < 2 || rest.length === 0 || rest.length > 2) return null;
  const name = segments.slice(1, at).join('/');
  const base = { ecosystem: 'oci', inspected: root === 0 && !request.ambiguousPath && NAME.test(name), name } as const;
  if (method === 'DELETE') return { ...base, verb: 'remove', tag: rest.at(-1) };
  if (segments[at] === 'manifests')
    return method === 'PUT' ? { ...base, verb: 'package', tag: rest[0] } : { ...base, verb: 'unknown-write' };
  return rest[0] === 'uploads' ? { ...base, verb: 'package', part: true } : { ...base, verb: 'unknown-write' };
}
