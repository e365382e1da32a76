// Amazon SES: every parameter of a send is known or the send is not read, and nothing signed like it elsewhere is mail.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { recognise } from '../../../src/classify/registry.ts';
import type { Action } from '../../../src/classify/action.ts';
import { ses } from '../../../src/providers/email/ses.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';
import { REFUSAL } from '../../support/refusing-origin.ts';
import { NO_BODY } from '../../../src/http/inspected-body.ts';

const SCOPE = 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/ses/aws4_request, SignedHeaders=host, Signature=0';
const FORM = 'application/x-www-form-urlencoded';

function actionsOf(form: string, host = 'email.us-east-1.amazonaws.com'): readonly Action[] {
  const bytes = Buffer.from(form);
  const head = `POST / HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${SCOPE}\r\nContent-Type: ${FORM}\r\n\r\n`;
  const { view } = fixtureRequest(Buffer.concat([Buffer.from(head), bytes]));
  return recognise(view).classify({ bytes, problem: null }).actions;
}

const BASE = 'Action=SendEmail&Version=2010-12-01&Source=s%40acme.example&Message.Subject.Data=Hi';

test('whoever stands in any member of any list is a recipient, or the mail is not read', () => {
  const field = fc.constantFrom('To', 'Cc', 'Bcc', 'to', 'Bc');
  const number = fc.constantFrom('1', '2', '9', '01', '0', '-1', '+1', 'x', '');
  fc.assert(
    fc.property(fc.array(fc.tuple(field, number), { minLength: 1, maxLength: 6 }), (members) => {
      const sent = members.map(([name, at], index) => `Destination.${name}Addresses.member.${at}=u${index}%40ex.com`);
      const [action] = actionsOf([BASE, ...sent].join('&'));
      const recipients = action?.facts['recipients'];
      if (action?.facts['inspected'] === false) return;
      assert.deepEqual(recipients, members.map((_, index) => `u${index}@ex.com`).sort());
    }),
  );
});

test('what is signed for SES and goes to another host is a write there, not mail', () => {
  // The second is a customer's own program under one of AWS's suffixes.
  for (const host of ['mail.evil.example', 'x.es.us-east-1.api.aws']) {
    const [action] = actionsOf(`${BASE}&Destination.ToAddresses.member.1=b%40ex.com`, host);
    assert.equal(action?.name, 'http.write', host);
  }
});

test('each version is refused in its own words', () => {
  const refuse = (line: string, type: string): string => {
    const raw = `${line} HTTP/1.1\r\nHost: email.us-east-1.amazonaws.com\r\nAuthorization: ${SCOPE}\r\nContent-Type: ${type}\r\n\r\n`;
    const { status, headers, body } = ses.refuse(fixtureRequest(Buffer.from(raw)).view, REFUSAL, NO_BODY);
    return [status, ...headers, body.toString()].join(' ');
  };
  assert.match(
    refuse('POST /', FORM),
    /^403 content-type text\/xml .*<Code>AccessDenied<\/Code><Message>Interlock: .*refund-large/s,
  );
  assert.match(
    refuse('POST /v2/email/outbound-emails', 'application/json'),
    /^403 content-type application\/json x-amzn-errortype AccessDeniedException \{"message":"Interlock: /,
  );
});

test('bodies are signed, so nothing is edited', () => {
  assert.equal(ses.edit, undefined);
});
