// The real SDKs of the mail APIs: mail inside arrives as it was sent, mail outside raises the SDK's own error with our reason, once.

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { runCalls } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { MAIL_API_HOSTS, startMailApiOrigin } from '../support/mail-api-origin.ts';
import type { Received } from '../support/received.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startMailApiOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: Object.fromEntries(MAIL_API_HOSTS.map((host) => [host, origin.address])),
    entities: [{ uid: { type: 'Host', id: 'api.postmarkapp.com' }, attrs: { partialBatches: true }, parents: [] }],
  }),
);
const agent = await interlock.addAgent('mailer', { teams: ['support'] });

/** What each SDK throws for a 403. */
const VENDORS: Readonly<Record<string, RegExp>> = {
  postmark: /^(?:ApiInputError|PostmarkError|UnknownError|HttpError)$/,
  brevo: /^(?:ForbiddenError|BrevoError)$/,
  mandrill: /^AxiosError$/,
  sparkpost: /^Error$/,
  azure: /^RestError$/,
  mailgun: /^MailgunAPIError$/,
  ses: /^(?:AccessDenied|SESServiceException|Error)$/,
  sesv2: /^(?:AccessDeniedException|SESv2ServiceException|Error)$/,
};
const vendors = Object.keys(VENDORS);

/** Multipart boundaries are drawn anew for each request; everything else must be the same to the byte. */
async function bodyOf(received: Received): Promise<string> {
  const text = (await received.body()).toString('latin1');
  const boundary = /boundary=([^;]+)/.exec(received.get('content-type') ?? '')?.[1];
  return boundary === undefined ? text : text.replaceAll(boundary, 'BOUNDARY');
}

/** What each SDK sends when nothing is in between. */
const straight = await runCalls({ env: { NODE_EXTRA_CA_CERTS: ca.certFile } }, 'mail-apis', {
  calls: vendors.map((vendor) => [vendor, 'ann@example.com']),
  base: `https://localhost:${origin.port}`,
});
assert.ok(
  straight.every(({ ok }) => ok),
  JSON.stringify(straight),
);
const plain = await Promise.all(origin.received.map(bodyOf));
const calls = vendors.flatMap((vendor) => [
  [vendor, 'ann@example.com'],
  [vendor, 'eve@evil.test'],
]);
const said = await runCalls(agent, 'mail-apis', { calls });
const through = await Promise.all(origin.received.slice(plain.length).map(bodyOf));
const verdicts = await interlock.bodies('verdict');

for (const [index, [vendor, error]] of Object.entries(VENDORS).entries()) {
  it(`${vendor}: what is allowed arrives as the SDK made it, what is blocked is its own error with our reason, once`, () => {
    const [allowed, blocked] = said.slice(2 * index, 2 * index + 2);
    assert.ok(allowed?.ok, JSON.stringify(allowed?.error));
    assert.equal(through[index], plain[index]);
    // Mailgun's is minified, and says in `type` what it is.
    assert.match(String(blocked?.error['type'] ?? blocked?.error['name']), error, JSON.stringify(blocked));
    assert.match(JSON.stringify(blocked?.error), /mail-outside/);
    assert.deepEqual(
      verdicts.slice(2 * index, 2 * index + 2).map(({ verdict, actions }) => [verdict, actions[0]?.facts['domains']]),
      [
        ['ALLOW', ['example.com']],
        ['BLOCK', ['evil.test']],
      ],
    );
  });
}

it('no SDK tries again', () => {
  assert.equal(through.length, vendors.length);
  assert.equal(verdicts.length, 2 * vendors.length);
});

it('of a batch that may go in part, the refused messages are told in their places', async () => {
  const [batch] = await runCalls(agent, 'mail-apis', {
    calls: [['postmarkBatch', 'ann@example.com,eve@evil.test,bob@example.com']],
  });
  const answers: unknown = batch?.result['answers'];
  assert.ok(Array.isArray(answers), JSON.stringify(batch));
  assert.deepEqual(
    answers.map((answer: unknown) => Reflect.get(Object(answer), 'ErrorCode')),
    [0, 403, 0],
  );
  assert.match(JSON.stringify(answers[1]), /mail-outside/);
  const arrived = (await origin.received.at(-1)?.body())?.toString() ?? '';
  assert.match(arrived, /ann@example\.com.*bob@example\.com/);
  assert.doesNotMatch(arrived, /evil\.test/);
});
