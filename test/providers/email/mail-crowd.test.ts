// A request that names more recipients than any vendor takes is not read, and does not hold the event loop while it is found out (C9).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/classify/registry.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';
const SCOPE = 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/ses/aws4_request, SignedHeaders=host, Signature=0';

const people = (count: number): string[] => Array.from({ length: count }, (_, index) => `u${index}@ex.com`);
const post = JSON.stringify;

const CROWDS: readonly (readonly [name: string, url: string, type: string, body: string])[] = [
  ['a Postmark text', 'https://api.postmarkapp.com/email', JSON_TYPE, post({ From: 'a@ex.com', To: people(9000).join() })],
  [
    'a Postmark batch',
    'https://api.postmarkapp.com/email/batch',
    JSON_TYPE,
    post(people(501).map((To) => ({ From: 'a@ex.com', To }))),
  ],
  [
    'Mailgun fields',
    'https://api.mailgun.net/v3/d/messages',
    FORM,
    `from=a%40ex.com&${Array.from({ length: 10 }, () => `to=${people(7000).join()}`).join('&')}`,
  ],
  [
    'Brevo copies for every version',
    'https://api.brevo.com/v3/smtp/email',
    JSON_TYPE,
    post({
      sender: { email: 'a@ex.com' },
      bcc: people(1000).map((email) => ({ email })),
      messageVersions: people(5000).map((email) => ({ to: [{ email }] })),
    }),
  ],
  [
    'SparkPost names shown',
    'https://api.sparkpost.com/api/v1/transmissions',
    JSON_TYPE,
    post({
      content: { from: 'a@ex.com' },
      recipients: people(400).map((email) => ({ address: { email, header_to: people(100).join() } })),
    }),
  ],
  [
    'SES members',
    'https://email.us-east-1.amazonaws.com/',
    FORM,
    `Action=SendBulkTemplatedEmail&Version=2010-12-01&Source=a%40ex.com&Template=t&${people(6000)
      .map((to, index) => `Destinations.member.${index + 1}.Destination.ToAddresses.member.1=${to}`)
      .join('&')}`,
  ],
  [
    'Azure entries',
    'https://a.communication.azure.com/emails:send',
    JSON_TYPE,
    post({ senderAddress: 'a@ex.com', content: {}, recipients: { to: people(5001).map((address) => ({ address })) } }),
  ],
];

for (const [name, address, type, text] of CROWDS) {
  test(name, () => {
    const url = new URL(address);
    const bytes = Buffer.from(text);
    const head = `POST ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nAuthorization: ${SCOPE}\r\nContent-Type: ${type}\r\n\r\n`;
    const { view } = fixtureRequest(Buffer.concat([Buffer.from(head), bytes]));
    // The best of a few: what else the process does meanwhile, collecting garbage or compiling, is not the reader's.
    const tries = Array.from({ length: 5 }, () => {
      const start = process.cpuUsage();
      const { actions } = recognise(view).classify({ bytes, problem: null });
      const { user, system } = process.cpuUsage(start);
      assert.deepEqual(
        actions.map(({ facts }) => [facts['inspected'], facts['recipientsKnown']]),
        [[false, false]],
      );
      return user + system;
    });
    assert.ok(Math.min(...tries) < 400_000, `${tries.join(', ')} µs`);
  });
}
