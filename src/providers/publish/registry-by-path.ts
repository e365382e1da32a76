// A registry whose writes are known by method and path alone: what is published streams through unread.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Recognition } from '../provider.ts';
import { type Publication, publishAction } from './publish-action.ts';

/** Recognises what `publicationOf` takes for a publication. It gives null for a path that is none of the registry's. */
export function recogniseByPath(
  publicationOf: (request: RequestView) => Publication | null,
): (request: RequestView) => Recognition | null {
  return (request) => {
    const publication = isPlainRead(request) ? null : publicationOf(request);
    return publication === null ? null : { need: { kind: 'none' }, classify: () => [publishAction(request, publication)] };
  };
}
