// The path of the repository that a push goes to, in the parts that an API names it by.

import type { RequestView } from '../http/request-view.ts';

/** `/acme/site.git/git-receive-pack` is `['acme', 'site']`. Null when a part would not be safe in a path, and for wikis, which have no pull requests. */
export function repositoryParts(request: RequestView): readonly string[] | null {
  const parts = request.segments.slice(0, -1);
  const last = (parts.pop() ?? '').replace(/\.git$/i, '');
  const all = [...parts, last];
  return /\.wiki$/i.test(last) || !all.every((part) => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part)) ? null : all;
}

/** Owner and name, for hosts that have just these two. */
export function ownerAndName(request: RequestView): readonly [owner: string, name: string] | null {
  const [owner, name, ...rest] = repositoryParts(request) ?? [];
  return owner === undefined || name === undefined || rest.length > 0 ? null : [owner, name];
}
