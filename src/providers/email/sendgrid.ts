// SendGrid's Web API v3 (also Twilio Email): POST /v3/mail/send is mail, every other write is an unknown one.

import type { Action } from '../../classify/action.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import { InterlockError } from '../../errors.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { BodyEdit, EditedBody } from '../body-edit.ts';
import type { Provider, Recognition } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { setField } from '../set-field.ts';
import { sendActions, unknownMailWrite, unreadSend } from './email-action.ts';
import { mailDocument } from './mail-json.ts';
import { keepSendgridRecipients, readSendgridMail } from './sendgrid-mail.ts';

const SEND_HOSTS = ['api.sendgrid.com', 'api.eu.sendgrid.com', 'email.twilio.com'];

export const sendgrid: Provider = {
  name: 'sendgrid',
  family: 'email',
  hosts: [...SEND_HOSTS, 'sendgrid.com', '*.sendgrid.com'],
  /** Picks the subuser that sends. */
  accountHeaders: ['on-behalf-of'],
  recognise,
  refuse: (_request, refusal) =>
    jsonAnswer(refusal, { errors: [{ message: refusalSentence(refusal), field: null, help: null }] }),
  edit,
};

function recognise(request: RequestView): Recognition | null {
  if (isPlainRead(request) && !isLegacyCall(request)) return null;
  const isSend = isMailSend(request);
  return {
    need: { kind: 'whole' },
    classify: (body) => {
      if (hasAmbiguousPath(request)) return [unknownMailWrite(request, false)];
      return isSend ? classifySend(request, body) : [unknownMailWrite(request, body.problem === null)];
    },
  };
}

/** Version 2 (`/api/mail.send.json`, `/api/…`) takes its parameters from the query of a GET as well, and sends mail on it (E2). */
function isLegacyCall(request: RequestView): boolean {
  return request.segments.find((segment) => segment !== '')?.toLowerCase() === 'api';
}

function isMailSend(request: RequestView): boolean {
  return (
    request.method === 'POST' && SEND_HOSTS.includes(request.authority.host) && request.segments.join('/') === 'v3/mail/send'
  );
}

function classifySend(request: RequestView, body: InspectedBody): readonly Action[] {
  const document = mailDocument(request, body);
  const messages = document === undefined ? null : readSendgridMail(document);
  return messages === null ? [unreadSend(request)] : sendActions(request, messages);
}

function edit(request: RequestView, body: InspectedBody, change: BodyEdit): EditedBody {
  if (change.kind === 'set') return setField(request, body, change);
  const document = isMailSend(request) ? mailDocument(request, body) : undefined;
  if (document === undefined)
    throw new InterlockError('CONSTRAINT_FAILED', 'the message could not be read to take recipients out');
  return keepSendgridRecipients(document, new Set(change.domains), body.bytes);
}
