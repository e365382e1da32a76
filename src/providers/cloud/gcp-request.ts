// Which Google Cloud API a request is for, and its path without what every API repeats: service, version, project.

import { mergedSegments } from '../../classify/merged-segments.ts';
import type { RequestView } from '../../http/request-view.ts';

export interface GcpRequest {
  /** `compute`, `secretmanager`. */
  readonly service: string;
  /** Path segments behind service and version, a custom verb taken off: `projects`, `p`, `zones`, … */
  readonly path: readonly string[];
  /** `setIamPolicy` of `…/projects/p:setIamPolicy`. */
  readonly customVerb: string | undefined;
  readonly project: string | undefined;
  /** gRPC, or a batch: what it does stands in bytes that are not read. */
  readonly opaque: boolean;
}

/** The control plane. Google's other APIs (mail, documents, models) are other families' or nobody's. */
const SERVICES: ReadonlySet<string> = new Set(
  (
    'compute iam iamcredentials sts cloudresourcemanager container sqladmin cloudfunctions run secretmanager cloudkms logging monitoring ' +
    'pubsub cloudbuild artifactregistry serviceusage servicemanagement apikeys cloudbilling orgpolicy accesscontextmanager redis memcache ' +
    'file dataproc dataflow composer notebooks appengine cloudscheduler cloudtasks workflows workflowexecutions eventarc ' +
    'deploymentmanager osconfig oslogin networkmanagement networkservices networksecurity vpcaccess servicenetworking privateca ' +
    'certificatemanager binaryauthorization gkehub clouddeploy storagetransfer backupdr alloydb bigtableadmin cloudidentity iap domains ' +
    'batch tpu identitytoolkit firebase firebaserules firebasehosting'
  ).split(' '),
);
/** Below `www.googleapis.com` the service is the first segment; only these are served there. */
const ON_WWW: ReadonlySet<string> = new Set(['compute', 'deploymentmanager', 'sql']);
const HOST = /^(?:[a-z0-9-]+-)?([a-z]+)(?:\.mtls|\.[a-z0-9-]+\.rep)?\.googleapis\.com$/;
const VERSION = /^v[0-9]{1,2}[a-z0-9]{0,12}$|^(?:alpha|beta)$/;

/** Null when it is no Google Cloud API that is known here. */
export function gcpRequest(request: RequestView): GcpRequest | null {
  const { host } = request.authority;
  const segments = mergedSegments(request.segments);
  const isWww = host === 'www.googleapis.com' || host === 'www.mtls.googleapis.com';
  const isBatch = segments[0] === 'batch';
  const named = isWww ? segments[isBatch ? 1 : 0] : serviceOf(host);
  if (named === undefined || !(isWww ? ON_WWW : SERVICES).has(named)) return null;
  const own = segments.filter((segment, at) => at > 2 || !(segment === named || VERSION.test(segment)));
  const last = own.at(-1) ?? '';
  const colon = last.lastIndexOf(':');
  const path = colon === -1 ? own : [...own.slice(0, -1), last.slice(0, colon)];
  const at = path.indexOf('projects');
  return {
    service: named === 'sql' ? 'sqladmin' : named,
    path,
    customVerb: colon === -1 ? undefined : last.slice(colon + 1),
    project: at === -1 ? undefined : path[at + 1],
    opaque: isBatch || isRemoteCall(request, path),
  };
}

const METHOD_OWNER = /^[a-z][a-z0-9_]*(?:\.[A-Za-z0-9_]+){2,}$/;

/** gRPC, gRPC-Web or Connect (E20): told by the path, `/google.pubsub.v1.Publisher/DeleteTopic`, since a type may be lied about (E16). */
function isRemoteCall({ headers }: RequestView, path: readonly string[]): boolean {
  if (path.length === 2 && METHOD_OWNER.test(path[0] ?? '')) return true;
  return (
    headers.has('connect-protocol-version') || headers.all('content-type').some((type) => /^\s*application\/grpc/i.test(type))
  );
}

/** `us-central1-run.googleapis.com` and `run.us-central1.rep.googleapis.com` are `run`. */
function serviceOf(host: string): string | undefined {
  return HOST.exec(host)?.[1];
}
