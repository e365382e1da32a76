// Amazon S3 and stores that speak its protocol: known by AWS's host names, and anywhere else by a signature for `s3`.

import { type AwsHead, awsHead } from '../../classify/aws-call.ts';
import { AWS_HOSTS } from '../../classify/aws-host.ts';
import { hostResource } from '../../classify/base-facts.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import { awsRefusal } from '../aws-refusal.ts';
import type { Provider, Recognition } from '../provider.ts';
import { objectAction, objectNeed, type ObjectStore } from './object-call.ts';
import { objectOperation } from './object-operation.ts';
import { s3Place } from './object-place.ts';

const SERVICES: ReadonlySet<string> = new Set(['s3', 's3express', 's3-object-lambda', 's3-outposts']);

/** Bodies are signed, so no constraint can edit them: there is no `edit`. */
export const s3: Provider = { name: 's3', family: 'file', hosts: [...AWS_HOSTS, '*'], recognise, refuse: awsRefusal };

function recognise(request: RequestView): Recognition | null {
  if (isPlainRead(request)) return null;
  const head = awsHead(request);
  // Google's XML API takes AWS's signatures; its own provider reads it.
  if (!SERVICES.has(head?.service ?? '') || head === null || request.authority.host.endsWith('.googleapis.com')) return null;
  const place = s3Place(request, head);
  const operation = objectOperation(request, place.bucket !== undefined, place.key !== '');
  const store = storeOf(request, head);
  return { need: objectNeed(operation), classify: (body) => [objectAction(request, store, place, operation, body)] };
}

function storeOf(request: RequestView, head: AwsHead): ObjectStore {
  const cloud = { provider: 'aws', service: 's3', ...(head.region === null ? {} : { region: head.region }) };
  const prefix = head.onAwsHost ? 's3/' : `${hostResource(request).id}/`;
  return { cloud, prefix, sure: head.problem === null };
}
