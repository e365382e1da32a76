// DynamoDB: every operation by its target, its tables by the body, and PartiQL by its statements.

import type { Action } from '../../classify/action.ts';
import { awsHead, awsOperation } from '../../classify/aws-call.ts';
import { AWS_HOSTS } from '../../classify/aws-host.ts';
import { isJsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { awsRefusal } from '../aws-refusal.ts';
import type { Provider } from '../provider.ts';
import type { DatabasePlace } from './database-action.ts';
import { databaseProvider } from './database-api.ts';
import { documentActions } from './document-call.ts';
import { dynamodbEffect, dynamodbWorks } from './dynamodb-operations.ts';

/** Bodies are signed, so no constraint can edit them: there is no `edit`. */
export const dynamodb: Provider = databaseProvider({
  name: 'dynamodb',
  system: 'dynamodb',
  hosts: [...AWS_HOSTS, '*'],
  claims: (request) => awsHead(request)?.service === 'dynamodb',
  route: (request) => (request.headers.has('x-amz-target') ? (body) => dynamodbActions(request, body) : null),
  refuse: awsRefusal,
});

const PLACE: DatabasePlace = { system: 'dynamodb' };

function dynamodbActions(request: RequestView, body: InspectedBody): readonly Action[] {
  const head = awsHead(request);
  if (head === null) return documentActions(request, PLACE, null);
  const { name, problem } = awsOperation(request, head, body);
  if (name === null) return documentActions(request, PLACE, null);
  const effect = dynamodbEffect(name);
  const verb = name.toLowerCase();
  // INVARIANT: a signature that nobody checks makes no read of what is sent to a host that is not AWS's.
  const sure = problem === null && body.problem === null && head.onAwsHost && request.method === 'POST' && atRoot(request);
  const { value } = sure ? readJson(body.bytes) : {};
  const works = isJsonObject(value) ? dynamodbWorks(name, value) : null;
  // An unread read could be anything; an unread write is at least what its target says.
  return documentActions(request, PLACE, works, { effect: effect === 'read' ? 'unknown-write' : effect, verb });
}

/** The API has one path; on another, a gateway's own idea of it may be called. */
function atRoot({ segments, query }: RequestView): boolean {
  return segments.length === 0 && query === '';
}
