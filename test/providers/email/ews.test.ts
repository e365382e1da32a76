// Exchange Web Services: what may send is told, nothing is told to be harmless, and a fault says no.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { NO_BODY } from '../../../src/http/inspected-body.ts';
import { ews } from '../../../src/providers/email/ews.ts';
import { mailRequest } from '../../support/mail-request.ts';
import { REFUSAL } from '../../support/refusing-origin.ts';

const call = (content: string) => {
  const { view, body } = mailRequest('outlook.office365.com', 'POST /EWS/Exchange.asmx', content, 'text/xml');
  return ews.recognise(view)?.classify(body, NOTHING_KNOWN)?.[0];
};

test('calls that may send are sends, in any encoding of their letters', () => {
  const utf16 = '<SendItem/>'.replaceAll(/./g, '$&\0');
  for (const content of ['<m:CreateItem MessageDisposition="SendOnly">', '<m:SendItem>', '<t:ReplyAllToItem>', utf16])
    assert.deepEqual([call(content)?.name, call(content)?.facts['inspected']], ['email.send', false]);
});

test('every other call is an unread write', () => {
  assert.deepEqual([call('<m:GetItem/>')?.name, call('<m:GetItem/>')?.facts['inspected']], ['email.unknown-write', false]);
});

test('the answer is a SOAP fault', () => {
  const { view } = mailRequest('outlook.office365.com', 'POST /EWS/Exchange.asmx', '<x/>', 'text/xml');
  const answer = ews.refuse(view, { ...REFUSAL, reason: 'a < b & c' }, NO_BODY);
  assert.equal(answer.status, 403);
  assert.match(answer.body.toString(), /<faultstring xml:lang="en">Interlock: a &lt; b &amp; c/);
});
