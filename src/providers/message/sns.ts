// Amazon SNS: `Publish` to a topic, a telephone or an endpoint, and `PublishBatch`; its other operations are unknown writes.

import type { Action } from '../../classify/action.ts';
import { type AwsHead, awsHead, awsOperation } from '../../classify/aws-call.ts';
import { AWS_HOSTS } from '../../classify/aws-host.ts';
import { readField } from '../../classify/fields.ts';
import type { FormField } from '../../classify/form.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { awsRefusal } from '../aws-refusal.ts';
import type { Provider } from '../provider.ts';
import { messageAction } from './message-action.ts';

export const sns: Provider = {
  name: 'sns',
  family: 'message',
  hosts: AWS_HOSTS,
  recognise(request) {
    const head = awsHead(request);
    if (head?.service !== 'sns') return null;
    return { need: { kind: 'whole' }, classify: (body) => [action(request, head, body)] };
  },
  refuse: awsRefusal,
};

const TARGETS = ['TopicArn', 'TargetArn', 'PhoneNumber'] as const;

function action(request: RequestView, head: AwsHead, body: InspectedBody): Action {
  const { name, fields, problem } = awsOperation(request, head, body);
  const sure = problem === null && head.problem === null && body.problem === null && name !== null;
  if (sure && /^(?:List|Get)[A-Z]/.test(name)) return messageAction(request, { service: 'sns', verb: 'read', inspected: true });
  if (name !== 'Publish' && name !== 'PublishBatch')
    return messageAction(request, { service: 'sns', verb: 'unknown-write', inspected: sure });
  const channels = TARGETS.flatMap((target) => one(fields, target) ?? []);
  const text = one(fields, 'Message');
  return messageAction(request, {
    service: 'sns',
    verb: 'send',
    inspected: sure && head.protocol === 'query' && channels.length === 1 && (name === 'PublishBatch' || text !== undefined),
    channels,
    text,
  });
}

function one(fields: readonly FormField[], name: string): string | undefined {
  const reading = readField(fields, name);
  return reading.state === 'one' && reading.value !== '' ? reading.value : undefined;
}
