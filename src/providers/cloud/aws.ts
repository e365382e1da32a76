// AWS's control plane: every service that no other family knows more of, told by operation names and, for REST, by paths.

import type { Action } from '../../classify/action.ts';
import { type AwsHead, awsHead, awsOperation } from '../../classify/aws-call.ts';
import { AWS_HOSTS } from '../../classify/aws-host.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import { readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { awsRefusal } from '../aws-refusal.ts';
import type { Provider, Recognition } from '../provider.ts';
import { isCredentialRead, restOperation } from './aws-rest.ts';
import { type AwsParameters, jsonParameters, queryParameters } from './aws-targets.ts';
import { awsVerb } from './aws-verb.ts';
import { cloudAction, type CloudVerb } from './cloud-action.ts';

/**
 * The seam: services whose calls other families' providers claim. A service stands here exactly when one does, so that each call has one
 * owner. Bedrock's control plane stays a cloud's; its runtime is told by the host.
 */
const ELSEWHERE: ReadonlySet<string> = new Set([
  's3',
  's3express',
  's3-object-lambda',
  's3-outposts',
  'route53',
  'ses',
  'dynamodb',
  'rds-data',
  'sns',
]);

/** Bodies are signed, so no constraint can edit them: there is no `edit`. */
export const aws: Provider = { name: 'aws', family: 'cloud', hosts: [...AWS_HOSTS, '*'], recognise, refuse: awsRefusal };

function recognise(request: RequestView): Recognition | null {
  const head = awsHead(request);
  if (head === null || isElsewhere(request, head)) return null;
  // A GET is a write when its query names an operation (E2), and gives out credentials in the access portal.
  if (isPlainRead(request) && head.protocol === 'rest' && !isCredentialRead(request, head.service ?? '')) return null;
  // A REST call is told by its head alone: Lambda's payloads are large and say nothing that is judged.
  return { need: { kind: head.protocol === 'rest' ? 'none' : 'whole' }, classify: (body) => [awsAction(request, head, body)] };
}

function isElsewhere(request: RequestView, { service }: AwsHead): boolean {
  const isModel = service === 'bedrock' && /^bedrock-runtime(?:-fips)?\./.test(request.authority.host);
  return isModel || (service !== null && ELSEWHERE.has(service)) || request.authority.host.endsWith('.googleapis.com');
}

function awsAction(request: RequestView, head: AwsHead, body: InspectedBody): Action {
  const service = head.service ?? undefined;
  const called = head.protocol === 'rest' ? restCall(request, head) : namedCall(request, head, body);
  const { parameters } = called;
  return cloudAction(request, {
    provider: 'aws',
    verb: called.verb,
    inspected: called.inspected && service !== undefined,
    scopes: head.onAwsHost ? [...(head.region === null ? [] : [`aws/${head.region}`]), 'aws'] : [],
    service,
    operation: called.name,
    region: head.region ?? undefined,
    targets: parameters?.targets,
    dryRun: parameters?.dryRun === true && service === 'ec2' ? true : undefined,
    public: parameters?.public === true && called.verb !== 'read' ? true : undefined,
    command: called.verb === 'execute' ? parameters?.command : undefined,
  });
}

interface Called {
  readonly verb: CloudVerb;
  readonly name: string | undefined;
  readonly parameters: AwsParameters | null;
  readonly inspected: boolean;
}

/** INVARIANT: what host, scope, target and parameters do not agree on is never a read. */
function namedCall(request: RequestView, head: AwsHead, body: InspectedBody): Called {
  const operation = awsOperation(request, head, body);
  const problem = head.problem ?? operation.problem ?? body.problem;
  if (operation.name === null || head.service === null || problem !== null)
    return { verb: 'unknown-write', name: operation.name ?? undefined, parameters: null, inspected: false };
  const parameters =
    head.protocol === 'query' ? queryParameters(operation.fields) : head.protocol === 'json' ? jsonBody(body) : null;
  const told = awsVerb(head.service, operation.name);
  // INVARIANT: a signature that nobody checks makes no read of what is sent to a host that is not AWS's.
  const verb = told === 'read' && !head.onAwsHost ? 'unknown-write' : told;
  // CBOR is not read: an operation that only looks may go, everything else is uninspected.
  const inspected = parameters !== null || (head.protocol === 'cbor' && verb === 'read');
  return { verb, name: operation.name, parameters, inspected };
}

function jsonBody(body: InspectedBody): AwsParameters | null {
  if (body.bytes.length === 0) return jsonParameters({});
  const { value } = readJson(body.bytes);
  return value === undefined ? null : jsonParameters(value);
}

function restCall(request: RequestView, head: AwsHead): Called {
  const { verb, name, targets } = restOperation(request, head.service ?? '');
  return {
    verb: isPlainRead(request) ? 'access' : verb,
    name,
    parameters: { targets, dryRun: false, public: false, command: undefined },
    inspected: head.problem === null && !hasAmbiguousPath(request),
  };
}
