// A package or image that is published, as policy reads it, and the `publish.*` action that it is.

import type { Action, EntityRef, Facts } from '../../classify/action.ts';
import { baseFacts, hostDomains, hostResource } from '../../classify/base-facts.ts';
import type { RequestView } from '../../http/request-view.ts';

/** `config` changes who may publish or what a name stands for: tokens, owners, tags, logins. */
export type PublishVerb = 'package' | 'remove' | 'config' | 'unknown-write';

export interface Publication {
  /** `npm`, `pypi`, `oci`, `cargo`, `rubygems`, `nuget`, `maven`, `huggingface`. */
  readonly ecosystem: string;
  readonly verb: PublishVerb;
  readonly inspected: boolean;
  /** As its registry names it. Undefined: the request does not say, or not surely. */
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  /** `latest`, a tag of an image, a revision. */
  readonly tag?: string | undefined;
  readonly public?: boolean | undefined;
  /** One piece of it: a layer, a part. */
  readonly part?: boolean | undefined;
}

const NAME = /^[\p{L}\p{N}@._/+:~-]{1,250}$/u;

/** `Package::"npm/@acme/site"`, in its Host: registries are known by the shape of their requests, so only an operator knows which one is whose. */
export function publishAction(request: RequestView, publication: Publication): Action {
  const { ecosystem, verb, inspected, version, tag, part } = publication;
  const name = publication.name !== undefined && inspected && NAME.test(publication.name) ? publication.name : undefined;
  const facts: Facts = {
    ...baseFacts(request, inspected),
    ecosystem,
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version: version.slice(0, 200) }),
    ...(tag === undefined ? {} : { tag: tag.slice(0, 200) }),
    ...(publication.public === undefined ? {} : { public: publication.public }),
    ...(part === undefined ? {} : { part }),
  };
  const host = hostResource(request);
  const domains = hostDomains(request.authority.host);
  const resource: EntityRef = name === undefined ? host : { type: 'Package', id: `${ecosystem}/${name}` };
  return { name: `publish.${verb}`, resource, parents: name === undefined ? domains : [host, ...domains], facts };
}
