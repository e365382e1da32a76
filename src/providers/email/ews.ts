// Exchange Web Services on Microsoft 365: SOAP, read no further than to tell that mail may go out. Restricts, never grants.

import type { Action } from '../../classify/action.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import { withoutZeros } from '../../classify/without-zeros.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider, Recognition } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { unknownMailWrite, unreadSend } from './email-action.ts';

export const ews: Provider = {
  name: 'ews',
  family: 'email',
  hosts: ['outlook.office365.com', 'outlook.office.com', 'outlook.office365.us'],
  recognise,
  refuse: (_request, refusal) => ({
    ...jsonAnswer(refusal, {}),
    headers: ['content-type', 'text/xml; charset=utf-8'],
    body: Buffer.from(fault(refusalSentence(refusal))),
  }),
};

function recognise(request: RequestView): Recognition | null {
  const mentionsEws = request.segments.some((segment) => segment.toLowerCase().includes('ews'));
  if (!mentionsEws || isPlainRead(request)) return null;
  return { need: { kind: 'whole' }, classify: (body) => [classify(request, body)] };
}

/** Operations and dispositions that send; in UTF-16, compressed or with character references they do not show, and nothing is sure. */
const SENDS = /send|forwarditem|replytoitem|replyalltoitem/i;

/** INVARIANT: no SOAP call is told to be harmless: its XML is not parsed here (E20). */
function classify(request: RequestView, body: InspectedBody): Action {
  return SENDS.test(withoutZeros(body.bytes).toString('latin1')) ? unreadSend(request) : unknownMailWrite(request, false);
}

function fault(reason: string): string {
  const text = reason.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Client</faultcode>' +
    `<faultstring xml:lang="en">${text}</faultstring></s:Fault></s:Body></s:Envelope>`
  );
}
