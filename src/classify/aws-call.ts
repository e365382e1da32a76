// An AWS API call as far as head and body tell: service, region, protocol and operation, with every disagreement told as a problem.

import type { InspectedBody } from '../http/inspected-body.ts';
import type { RequestView } from '../http/request-view.ts';
import { type AwsHost, awsHost } from './aws-host.ts';
import { type AwsScope, awsScope } from './aws-scope.ts';
import { awsTarget } from './aws-target.ts';
import { isFormType, mediaType } from './content-type.ts';
import { readField } from './fields.ts';
import { type FormField, readForm, readPairs } from './form.ts';

/** `rest` stands for REST-JSON and REST-XML: there the path is the operation, and each service's provider reads it. */
type AwsProtocol = 'query' | 'json' | 'cbor' | 'rest';

/** What the head alone tells. */
export interface AwsHead {
  /** SigV4 service id (`ses` for both mail APIs, `monitoring` for CloudWatch), lower case. Null: the request does not say one. */
  readonly service: string | null;
  /** Null: global, SigV4A, or not said. */
  readonly region: string | null;
  /** What stands before the service in the host's name: an S3 bucket, an account. Empty for most, and for hosts that are not AWS's. */
  readonly hostPrefix: string;
  /** True when the host is one of AWS's own names; else the call is known by its signature alone (custom endpoints, S3-compatible stores). */
  readonly onAwsHost: boolean;
  readonly scope: AwsScope | null;
  readonly protocol: AwsProtocol;
  /** For people; null when host, scope, target and protocol agree. INVARIANT: with a problem, nothing may be granted on the call. */
  readonly problem: string | null;
}

export interface AwsOperation {
  /** `TerminateInstances`. Null for `rest`, and when it can't be told. */
  readonly name: string | null;
  /** `2016-11-15`: the Query protocol's Version, or the date in the target's prefix. Null when not said. */
  readonly version: string | null;
  /** The Query protocol's parameters, names as sent (`InstanceId.1`). Empty for the others. */
  readonly fields: readonly FormField[];
  readonly problem: string | null;
}

/** Signed with these, a request is for a customer's own program or for an engine whose protocol others know (Elasticsearch, Kafka). */
const NOT_APIS: ReadonlySet<string> = new Set([
  'execute-api',
  'es',
  'aoss',
  'vpc-lattice-svcs',
  'appsync',
  'kafka-cluster',
  'neptune-db',
]);
const RPC_V2_PATH = /^\/service\/([A-Za-z0-9_.]{1,120})\/operation\/([A-Za-z][A-Za-z0-9_]{0,119})$/;

/** Null when neither the host nor a signature says that this is an AWS API. Looks at the head alone. */
export function awsHead(request: RequestView): AwsHead | null {
  const host = awsHost(request.authority.host);
  const { scope, problem: scopeProblem } = awsScope(request);
  if (host === null && (isAwsName(request.authority.host) || (scope === null && scopeProblem === null))) return null;
  if (host === null && scope !== null && NOT_APIS.has(scope.service)) return null;
  const service = host?.service ?? scope?.service ?? null;
  const protocol = protocolOf(request, service);
  return {
    service,
    region: host?.region ?? scope?.region ?? null,
    hostPrefix: host?.prefix ?? '',
    onAwsHost: host !== null,
    scope,
    protocol: protocol.protocol,
    problem: scopeProblem ?? protocol.problem ?? disagreement(request, host, scope),
  };
}

/** A name under AWS's suffixes that `awsHost` gives to customers: a signature does not make an API call of it. */
function isAwsName(host: string): boolean {
  return host.endsWith('.amazonaws.com') || host.endsWith('.amazonaws.com.cn');
}

/** AWS checks the scope against the endpoint; a gateway in between may route by either, so they must say the same. */
function disagreement(request: RequestView, host: AwsHost | null, scope: AwsScope | null): string | null {
  const target = awsTarget(request.headers.get('x-amz-target') ?? '');
  if (differ(host?.service, scope?.service, sameService)) return 'the AWS signature is for another service than the host';
  if (differ(host?.region, scope?.region, Object.is)) return 'the AWS signature is for another region than the host';
  if (differ(host?.service ?? scope?.service, target?.service, sameService))
    return '`X-Amz-Target` names an operation of another service';
  return null;
}

/** Both are there, and not the same. */
function differ(a: string | null | undefined, b: string | null | undefined, same: (a: string, b: string) => boolean): boolean {
  return typeof a === 'string' && typeof b === 'string' && !same(a, b);
}

/** Some APIs sign with a longer or shorter name than their endpoint's (`s3express` buckets, `memory-db`). */
function sameService(a: string, b: string): boolean {
  const plain = (name: string): string =>
    name.replaceAll(/[-_]/g, '').replace(/^s3(?:express|outposts|objectlambda|control)$/, 's3');
  return plain(a) === plain(b);
}

function protocolOf(
  request: RequestView,
  service: string | null,
): { readonly protocol: AwsProtocol; readonly problem: string | null } {
  // S3 takes any body of any type under any name, and reads neither `Action` nor a target.
  if (service === 's3' || service === 's3express') return { protocol: 'rest', problem: null };
  const targets = request.headers.all('x-amz-target');
  const isRpcV2 = RPC_V2_PATH.test(request.path) || request.headers.has('smithy-protocol');
  // SQS's queue addresses have a path; elsewhere a form behind a path is a REST call's payload (Lambda takes any).
  const isForm = isFormType(mediaType(request.headers)) && (request.segments.length === 0 || service === 'sqs');
  const queryAction = hasAction(request.query);
  const signs = [targets.length > 0, isRpcV2, isForm || queryAction].filter(Boolean).length;
  const protocol = isRpcV2 ? 'cbor' : targets.length > 0 ? 'json' : queryAction || isForm ? 'query' : 'rest';
  const mixed = signs > 1 || targets.length > 1 ? 'the request follows more than one AWS protocol' : null;
  return { protocol, problem: mixed ?? misplaced(request, service, protocol) };
}

/**
 * INVARIANT: an operation that is named by a field, a parameter or a form is believed where such services listen alone, `/` by POST (the
 * Query protocol's also by GET). A REST service goes by method and path whatever else is named: `DELETE …/functions/f` with a target that
 * only lists would be a read.
 */
function misplaced(request: RequestView, service: string | null, protocol: AwsProtocol): string | null {
  if (protocol === 'rest') return null;
  const fits =
    (request.method === 'POST' || (protocol === 'query' && request.method === 'GET')) &&
    (protocol === 'cbor' || request.segments.length === 0 || (protocol === 'query' && service === 'sqs'));
  return fits ? null : 'the request names an AWS operation where its method and path may be another';
}

function hasAction(query: string): boolean {
  return (
    /(?:^|&)(?:action|[^=&]*%[^=&]*)=/i.test(query) && readPairs(query).fields.some(({ path }) => /^action$/i.test(path[0] ?? ''))
  );
}

/** The operation of a call. `body` may be empty where `protocol` is `rest`, `json` or `cbor`: they name it in the head. */
export function awsOperation(request: RequestView, head: AwsHead, body: InspectedBody): AwsOperation {
  if (head.protocol === 'query') return queryOperation(request, body);
  if (head.protocol === 'json') {
    const target = awsTarget(request.headers.get('x-amz-target') ?? '');
    const problem = target === null ? '`X-Amz-Target` names no operation' : null;
    return { name: target?.operation ?? null, version: target?.version ?? null, fields: [], problem: head.problem ?? problem };
  }
  if (head.protocol === 'cbor') {
    const name = RPC_V2_PATH.exec(request.path)?.[2] ?? null;
    return { name, version: null, fields: [], problem: head.problem ?? (name === null ? 'the path names no operation' : null) };
  }
  return { name: null, version: null, fields: [], problem: head.problem };
}

/**
 * Query APIs take parameters from the query as well as from a form body, on GET too (E2). INVARIANT: Action and Version have one value over
 * both, in one spelling: a second one, wherever it stands, is what another reader may run.
 */
function queryOperation(request: RequestView, body: InspectedBody): AwsOperation {
  const query = readPairs(request.query);
  const form = body.problem === null ? readForm(body.bytes) : { fields: [], problem: body.problem };
  const fields = [...query.fields.filter(({ path }) => !/^x-amz-/i.test(path[0] ?? '')), ...form.fields];
  const action = readField(fields, 'Action');
  const version = readField(fields, 'Version');
  const lookalike = fields.some(
    ({ path: [root = ''] }) => /^(?:action|version)$/i.test(root) && root !== 'Action' && root !== 'Version',
  );
  const isSure =
    action.state === 'one' && /^[A-Za-z][A-Za-z0-9]{0,119}$/.test(action.value) && version.state !== 'many' && !lookalike;
  const problem = query.problem ?? form.problem ?? (isSure ? null : 'the request does not name one AWS operation');
  return {
    name: action.state === 'one' && isSure ? action.value : null,
    version: version.state === 'one' ? version.value : null,
    fields,
    problem,
  };
}
