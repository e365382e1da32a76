// Amazon SES, both versions of its API: sends are mail, every other write is an unknown one. Bodies are signed, so none can be edited.

import type { Action } from '../../classify/action.ts';
import { type AwsHead, awsHead, awsOperation } from '../../classify/aws-call.ts';
import { AWS_HOSTS } from '../../classify/aws-host.ts';
import { hasAmbiguousPath, isPlainRead, readAction } from '../../classify/plain-action.ts';
import type { Json } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { awsRefusal } from '../aws-refusal.ts';
import type { Provider, Recognition } from '../provider.ts';
import { sendActions, unknownMailWrite, unreadSend } from './email-action.ts';
import { mailDocument } from './mail-json.ts';
import type { MailMessage } from './mail-message.ts';
import { readSesBulk, readSesMail, readSesVerification } from './ses-json.ts';
import { isSesSend, readSesQuery } from './ses-query.ts';

/** Known by AWS's own host names alone: what is signed like it and goes elsewhere is a write to that host. */
export const ses: Provider = { name: 'ses', family: 'email', hosts: AWS_HOSTS, recognise, refuse: awsRefusal };

function recognise(request: RequestView): Recognition | null {
  const head = awsHead(request);
  if (head?.service !== 'ses' || !head.onAwsHost) return null;
  // A GET is a write when its query names an operation (E2).
  if (isPlainRead(request) && head.protocol === 'rest') return null;
  return {
    need: { kind: 'whole' },
    classify: (body) => (head.protocol === 'query' ? classifyQuery(request, head, body) : classifyRest(request, head, body)),
  };
}

/** An operation that only looks, by the names that the API gives those. */
const READ = /^(?:Get|List|Describe)[A-Z]/;

function classifyQuery(request: RequestView, head: AwsHead, body: InspectedBody): readonly Action[] {
  const { name, version, fields, problem } = awsOperation(request, head, body);
  const sure = head.problem === null && problem === null && body.problem === null && request.segments.length === 0;
  if (name !== null && isSesSend(name)) {
    const messages = sure && version === '2010-12-01' ? readSesQuery(name, fields) : null;
    return sends(request, messages);
  }
  return [sure && name !== null && READ.test(name) ? readAction(request) : unknownMailWrite(request, sure)];
}

type Read = (document: Json) => readonly MailMessage[] | null;

const SENDS: ReadonlyMap<string, Read> = new Map([
  ['v2/email/outbound-emails', readSesMail],
  ['v2/email/outbound-bulk-emails', readSesBulk],
  ['v2/email/outbound-custom-verification-emails', readSesVerification],
]);

function classifyRest(request: RequestView, head: AwsHead, body: InspectedBody): readonly Action[] {
  const sure = head.protocol === 'rest' && head.problem === null && body.problem === null && !hasAmbiguousPath(request);
  const read = request.method === 'POST' ? SENDS.get(request.segments.join('/')) : undefined;
  if (read === undefined) return [unknownMailWrite(request, sure)];
  const document = sure ? mailDocument(request, body) : undefined;
  return sends(request, document === undefined ? null : read(document));
}

function sends(request: RequestView, messages: readonly MailMessage[] | null): readonly Action[] {
  return messages === null || messages.length === 0 ? [unreadSend(request)] : sendActions(request, messages);
}
