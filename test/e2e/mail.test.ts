// The real SendGrid and Resend SDKs: mail inside goes, recipients outside are taken out, and mail with nobody left is refused.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { curl, runClient } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startResendOrigin, startSendgridOrigin } from '../support/mail-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const sendgrid = stack.use(await startSendgridOrigin(ca));
const resend = stack.use(await startResendOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'api.sendgrid.com': sendgrid.address, 'api.resend.com': resend.address },
  }),
);
const agent = await interlock.addAgent('mailer', { teams: ['support'] });
const FROM = 'bot@example.com';

describe('SendGrid', () => {
  it('delivers mail to the company', async () => {
    const said = await runClient(agent, 'sendgrid', { from: FROM, to: 'ann@example.com', subject: 'inside' });
    assert.equal(said.result['status'], 202, JSON.stringify(said));
    assert.equal(sendgrid.messages.at(-1)?.['subject'], 'inside');
  });

  it('takes out recipients elsewhere, and tells the caller', async () => {
    const said = await runClient(agent, 'sendgrid', {
      from: FROM,
      to: ['ann@example.com', 'eve@evil.test'],
      bcc: 'mal@evil.test',
      subject: 'mixed',
    });
    assert.equal(said.result['status'], 202, JSON.stringify(said));
    const sent = JSON.stringify(sendgrid.messages.at(-1));
    assert.match(sent, /ann@example\.com/);
    assert.doesNotMatch(sent, /evil\.test/);
    const headers = said.result['headers'];
    assert.match(
      String(typeof headers === 'object' && headers !== null ? Reflect.get(headers, 'interlock-verdict') : ''),
      /^constrain; entry=\d+; changed=/,
    );
    const verdict = (await interlock.bodies('verdict')).findLast((one) => one.verdict === 'CONSTRAIN');
    assert.deepEqual(verdict?.constraints, ['company-recipients']);
    assert.ok((verdict?.changed.length ?? 0) > 0);
  });

  it("is refused in SendGrid's words when nobody is left", async () => {
    const before = sendgrid.messages.length;
    const said = await runClient(agent, 'sendgrid', { from: FROM, to: 'eve@evil.test' });
    assert.ok(!said.ok);
    assert.equal(said.error['code'], 403);
    assert.match(JSON.stringify(said.error['body']), /mail-outside/);
    assert.equal(sendgrid.messages.length, before);
  });
});

describe('Resend', () => {
  it('delivers mail to the company', async () => {
    const said = await runClient(agent, 'resend', { from: FROM, to: 'ann@example.com', subject: 'inside' });
    assert.equal(said.result['error'], null, JSON.stringify(said));
    assert.equal(resend.messages.at(-1)?.['subject'], 'inside');
  });

  it('takes out recipients elsewhere', async () => {
    const said = await runClient(agent, 'resend', { from: FROM, to: ['ann@example.com', 'eve@evil.test'], subject: 'mixed' });
    assert.equal(said.result['error'], null, JSON.stringify(said));
    assert.doesNotMatch(JSON.stringify(resend.messages.at(-1)), /evil\.test/);
  });

  it('gets its own error object when nobody is left', async () => {
    const before = resend.messages.length;
    const said = await runClient(agent, 'resend', { from: FROM, to: 'eve@evil.test' });
    const error: unknown = said.result['error'];
    assert.ok(typeof error === 'object' && error !== null, JSON.stringify(said));
    assert.match(String(Reflect.get(error, 'message')), /mail-outside/);
    assert.equal(resend.messages.length, before);
  });
});

describe('ways around', () => {
  const URL = 'https://api.sendgrid.com/v3/mail/send';
  const mail = (to: string): string =>
    JSON.stringify({
      personalizations: [{ to: [{ email: to }] }],
      from: { email: FROM },
      subject: 's',
      content: [{ type: 'text/plain', value: 'x' }],
    });

  const ATTEMPTS: readonly (readonly [name: string, args: readonly string[]])[] = [
    [
      'a second `personalizations`',
      ['-d', mail('eve@evil.test').replace('{', `{"personalizations":[{"to":[{"email":"ann@example.com"}]}],`)],
    ],
    ['an unknown content coding', ['-H', 'Content-Encoding: lz4', '-d', mail('eve@evil.test')]],
    ['UTF-16', ['-H', 'Content-Type: application/json; charset=utf-16', '-d', mail('eve@evil.test')]],
    ['another content type', ['-H', 'Content-Type: text/plain', '-d', mail('eve@evil.test')]],
    ['a double slash in the path', ['--path-as-is', '-d', mail('eve@evil.test'), '__URL__//v3//mail/send']],
    ['an encoded letter in the path', ['--path-as-is', '-d', mail('eve@evil.test'), '__URL__/v3/mail/%73end']],
    ['a method override', ['-H', 'X-HTTP-Method-Override: GET', '-d', mail('eve@evil.test')]],
    ['GET with a body', ['-X', 'GET', '-d', mail('eve@evil.test')]],
    ['a look-alike domain', ['-d', mail('eve@example.com.evil.test')]],
    ['an address that hides another', ['-d', mail('"ann@example.com" <eve@evil.test>')]],
  ];
  for (const [name, args] of ATTEMPTS) {
    it(`${name} sends no mail outside`, async () => {
      const before = sendgrid.received.length;
      const url = args.some((one) => one.startsWith('__URL__')) ? [] : [URL];
      const given = args.map((one) => one.replace('__URL__', 'https://api.sendgrid.com'));
      const type = given.some((one) => /^content-type/i.test(one)) ? [] : ['-H', 'Content-Type: application/json'];
      const answer = await curl(agent, [...type, ...given, ...url]);
      assert.ok(answer.status >= 400 || answer.code !== 0, `${answer.status} ${answer.body}`);
      assert.equal(sendgrid.received.length, before);
    });
  }

  it('a gzipped body is read and judged like a plain one', async () => {
    const { gzipSync } = await import('node:zlib');
    const { writeFile } = await import('node:fs/promises');
    const file = `${interlock.folder}/mail.gz`;
    await writeFile(file, gzipSync(mail('eve@evil.test')));
    const before = sendgrid.received.length;
    const answer = await curl(agent, [
      '-H',
      'Content-Type: application/json',
      '-H',
      'Content-Encoding: gzip',
      '--data-binary',
      `@${file}`,
      URL,
    ]);
    assert.equal(answer.status, 403);
    assert.match(answer.body, /mail-outside/);
    await writeFile(file, gzipSync(mail('ann@example.com')));
    assert.equal(
      (
        await curl(agent, [
          '-H',
          'Content-Type: application/json',
          '-H',
          'Content-Encoding: gzip',
          '--data-binary',
          `@${file}`,
          URL,
        ])
      ).status,
      202,
    );
    assert.equal(sendgrid.received.length, before + 1);
  });
});
