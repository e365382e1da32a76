// A call to a cloud's control plane as policy reads it, whichever cloud it is, and the `cloud.*` action that it is.

import type { Action, EntityRef, Facts } from '../../classify/action.ts';
import { baseFacts, hostDomains, hostResource } from '../../classify/base-facts.ts';
import type { RequestView } from '../../http/request-view.ts';

/** In the order of harm, least first. `access`: who may do what, and credentials; `secret`: a read that gives one out. */
export type CloudVerb = 'read' | 'create' | 'change' | 'delete' | 'access' | 'secret' | 'execute' | 'unknown-write';

export interface CloudCall {
  readonly verb: CloudVerb;
  /** `aws`, `gcp`, `kubernetes` … */
  readonly provider: string;
  /** False when any judged field could not be read surely. */
  readonly inspected: boolean;
  /** Scopes, narrowest first: the first is the resource, the others are above it. Empty: the host is the resource. */
  readonly scopes?: readonly string[];
  /** Where a bucket is meant, its id: then it is the resource. */
  readonly bucket?: string | undefined;
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly region?: string | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly dryRun?: boolean | undefined;
  readonly public?: boolean | undefined;
  readonly command?: string | undefined;
}

/** More are counted, not told. */
const MAX_TARGETS = 500;
const MAX_COMMAND_CHARS = 1000;

export function cloudAction(request: RequestView, call: CloudCall): Action {
  const { resource, parents } = resourceOf(request, call);
  return { name: `cloud.${call.verb}`, resource, parents, facts: factsOf(request, call) };
}

function resourceOf(request: RequestView, { bucket, scopes = [] }: CloudCall): Pick<Action, 'resource' | 'parents'> {
  const host = hostResource(request);
  const domains = hostDomains(request.authority.host);
  if (bucket !== undefined) return { resource: { type: 'Bucket', id: bucket }, parents: [host, ...domains] };
  const [narrowest, ...wider] = scopes.map((id): EntityRef => ({ type: 'CloudScope', id }));
  if (narrowest === undefined) return { resource: host, parents: domains };
  return { resource: narrowest, parents: [...wider, host, ...domains] };
}

function factsOf(request: RequestView, call: CloudCall): Facts {
  const { provider, service, operation, region, dryRun, command } = call;
  const targets = call.targets === undefined || call.targets.length === 0 ? undefined : [...new Set(call.targets)];
  return {
    ...baseFacts(request, call.inspected),
    provider,
    ...(service === undefined ? {} : { service }),
    ...(operation === undefined ? {} : { operation }),
    ...(region === undefined ? {} : { region }),
    ...(targets === undefined ? {} : { targets: targets.slice(0, MAX_TARGETS), targetCount: targets.length }),
    ...(dryRun === undefined ? {} : { dryRun }),
    ...(call.public === undefined ? {} : { public: call.public }),
    ...(command === undefined ? {} : { command: command.slice(0, MAX_COMMAND_CHARS) }),
  };
}
