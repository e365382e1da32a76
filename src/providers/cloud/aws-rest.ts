// AWS's REST APIs, where method and path are the operation: the harmful ones by name, every other by its method.

import type { RequestView } from '../../http/request-view.ts';
import type { CloudVerb } from './cloud-action.ts';

interface RestOperation {
  readonly verb: CloudVerb;
  /** As AWS names it; undefined for one that is only told by its method. */
  readonly name: string | undefined;
  readonly targets: readonly string[];
}

type Route = readonly [method: string, path: string, verb: CloudVerb, name: string];

/** `:x` is one segment that is a target, `*` one that is not (dates of API versions). */
const ROUTES: Readonly<Record<string, readonly Route[]>> = {
  lambda: [
    ['POST', '*/functions', 'create', 'CreateFunction'],
    ['POST', '*/functions/:f/invocations', 'execute', 'Invoke'],
    ['POST', '*/functions/:f/invoke-async', 'execute', 'InvokeAsync'],
    ['POST', '*/functions/:f/response-streaming-invocations', 'execute', 'InvokeWithResponseStream'],
    ['PUT', '*/functions/:f/code', 'change', 'UpdateFunctionCode'],
    ['PUT', '*/functions/:f/configuration', 'change', 'UpdateFunctionConfiguration'],
    ['POST', '*/functions/:f/versions', 'create', 'PublishVersion'],
    ['POST', '*/functions/:f/policy', 'access', 'AddPermission'],
    ['DELETE', '*/functions/:f/policy/:s', 'access', 'RemovePermission'],
    ['POST', '*/functions/:f/url', 'access', 'CreateFunctionUrlConfig'],
    ['PUT', '*/functions/:f/url', 'access', 'UpdateFunctionUrlConfig'],
    ['DELETE', '*/functions/:f', 'delete', 'DeleteFunction'],
    ['POST', '*/event-source-mappings', 'create', 'CreateEventSourceMapping'],
    ['POST', '*/layers/:l/versions', 'create', 'PublishLayerVersion'],
    ['POST', '*/layers/:l/versions/*/policy', 'access', 'AddLayerVersionPermission'],
  ],
  eks: [
    ['POST', 'clusters', 'create', 'CreateCluster'],
    ['DELETE', 'clusters/:c', 'delete', 'DeleteCluster'],
    ['POST', 'clusters/:c/access-entries', 'access', 'CreateAccessEntry'],
    ['POST', 'clusters/:c/node-groups', 'create', 'CreateNodegroup'],
    ['DELETE', 'clusters/:c/node-groups/:n', 'delete', 'DeleteNodegroup'],
  ],
  batch: [
    ['POST', 'v1/submitjob', 'execute', 'SubmitJob'],
    ['POST', 'v1/terminatejob', 'delete', 'TerminateJob'],
  ],
  codeartifact: [['POST', 'v1/authorization-token', 'access', 'GetAuthorizationToken']],
  scheduler: [['POST', 'schedules/:s', 'create', 'CreateSchedule']],
};

const BY_METHOD: Readonly<Record<string, CloudVerb>> = { DELETE: 'delete', PUT: 'change', PATCH: 'change' };
const ACCESS_PATH = /polic|permission|role|grant|access|credential|token|principal|federation/i;

/** Null for what changes nothing: a read by its method. `isRead` is what the head tells of that. */
export function restOperation(request: RequestView, service: string): RestOperation {
  for (const [method, path, verb, name] of ROUTES[service] ?? []) {
    const targets = method === request.method ? match(path.split('/'), request.segments) : null;
    if (targets !== null) return { verb, name, targets };
  }
  const verb = BY_METHOD[request.method] ?? 'unknown-write';
  return { verb: ACCESS_PATH.test(request.path) && verb !== 'unknown-write' ? 'access' : verb, name: undefined, targets: [] };
}

/** A few GETs give out credentials: those of AWS's access portal. */
export function isCredentialRead(request: RequestView, service: string): boolean {
  return service === 'awsssoportal' || service === 'sso'
    ? request.segments.find((segment) => segment !== '') === 'federation'
    : false;
}

function match(pattern: readonly string[], segments: readonly string[]): string[] | null {
  if (pattern.length !== segments.length) return null;
  const targets: string[] = [];
  for (const [at, part] of pattern.entries()) {
    const segment = segments[at] ?? '';
    if (part.startsWith(':')) targets.push(segment);
    else if (part !== '*' && part !== segment) return null;
  }
  return targets;
}
