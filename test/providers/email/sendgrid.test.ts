// SendGrid: refusals that its SDK shows, and edits that keep the rest of the message as it was.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import service from '@sendgrid/mail';
import { recognise } from '../../../src/classify/registry.ts';
import type { InspectedBody } from '../../../src/http/inspected-body.ts';
import type { RequestView } from '../../../src/http/request-view.ts';
import { sendgrid } from '../../../src/providers/email/sendgrid.ts';
import type { BodyEdit, EditedBody } from '../../../src/providers/body-edit.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';
import { refusingOrigin } from '../../support/refusing-origin.ts';
import { throwsWithCode } from '../../support/throws-with-code.ts';

const HEAD = ['POST /v3/mail/send HTTP/1.1', 'Host: api.sendgrid.com', 'Content-Type: application/json', '', ''].join('\r\n');

function send(document: unknown, head = HEAD): { view: RequestView; body: InspectedBody } {
  const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
  return { view: fixtureRequest(Buffer.concat([Buffer.from(head), bytes])).view, body: { bytes, problem: null } };
}

function edit(document: unknown, change: BodyEdit, head = HEAD): EditedBody {
  const { view, body } = send(document, head);
  assert.ok(sendgrid.edit);
  return sendgrid.edit(view, body, change);
}

function mail(personalizations: unknown[], more: object = {}): object {
  return { personalizations, from: { email: 'support@acme.example' }, subject: 'Hi', ...more };
}

const to = (...addresses: string[]): object[] => addresses.map((email) => ({ email }));
const KEEP: BodyEdit = { kind: 'keep-recipients', domains: ['ex.com', 'xn--bcher-kva.example'] };

test('the SDK rejects with our sentence after one call', async () => {
  await using origin = await refusingOrigin(sendgrid);
  service.setApiKey('SG.test');
  Reflect.get(service, 'client').setDefaultRequest('baseUrl', origin.url);
  const message = { to: 'b@ex.com', from: 'a@ex.com', subject: 's', text: 't' };
  const error: unknown = await service.send(message).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Error);
  assert.match(
    JSON.stringify(Reflect.get(error, 'response')),
    /Interlock: a refund of 600.00 USD is too large \(policy refund-large; entry 12\)/,
  );
  assert.equal(origin.calls(), 1);
});

test('recipients elsewhere are taken out, and what is left is judged as just them', () => {
  const document = mail(
    [{ to: to('b@ex.com', 'eve@evil.example'), cc: to('c@sub.ex.com'), bcc: to('d@bücher.example'), custom_args: { n: 1.5 } }],
    { send_at: 12345678901234567890n.toString() },
  );
  const edited = edit(document, KEEP);
  assert.deepEqual(
    JSON.parse(edited.bytes.toString()),
    mail([{ to: to('b@ex.com'), bcc: to('d@bücher.example'), custom_args: { n: 1.5 } }], { send_at: '12345678901234567890' }),
  );
  assert.deepEqual(edited.changed, ['to: removed eve@evil.example', 'cc: removed c@sub.ex.com']);
  const { view, body } = send(edited.bytes.toString());
  const { actions } = recognise(view).classify(body);
  assert.deepEqual(
    actions.map((action) => action.facts['domains']),
    [['ex.com', 'xn--bcher-kva.example']],
  );
  assert.deepEqual(edit(edited.bytes.toString(), KEEP).changed, []);
});

test('numbers that a JavaScript number can not hold survive the edit', () => {
  const text =
    '{"personalizations":[{"to":[{"email":"b@ex.com"},{"email":"e@evil.example"}]}],"from":{"email":"s@acme.example"},"x":1.10,"y":12345678901234567890}';
  assert.match(edit(text, KEEP).bytes.toString(), /"x":1\.10,"y":12345678901234567890/);
});

test('personalizations without recipients go, none left at all fails', async () => {
  const edited = edit(mail([{ to: to('e@evil.example') }, { to: to('b@ex.com') }]), KEEP);
  assert.deepEqual(JSON.parse(edited.bytes.toString()), mail([{ to: to('b@ex.com') }]));
  await throwsWithCode('CONSTRAINT_FAILED', () => edit(mail([{ to: to('e@evil.example') }]), KEEP));
});

test('cc moves up when nobody is left in `to`, and a hidden recipient only when alone', async () => {
  const up = edit(mail([{ to: to('e@evil.example'), cc: to('b@ex.com') }]), KEEP);
  assert.deepEqual(JSON.parse(up.bytes.toString()), mail([{ to: to('b@ex.com') }]));
  assert.equal(up.changed.at(-1), 'cc: moved to `to`, where nobody was left');
  const alone = edit(mail([{ to: to('e@evil.example'), bcc: to('b@ex.com') }]), KEEP);
  assert.deepEqual(JSON.parse(alone.bytes.toString()), mail([{ to: to('b@ex.com') }]));
  await throwsWithCode('CONSTRAINT_FAILED', () =>
    edit(mail([{ to: to('e@evil.example'), bcc: to('b@ex.com', 'c@ex.com') }]), KEEP),
  );
});

test('the copy that mail settings ask for is a recipient too', () => {
  const edited = edit(
    mail([{ to: to('b@ex.com') }], {
      mail_settings: { bcc: { enable: true, email: 'e@evil.example' }, footer: { enable: false } },
    }),
    KEEP,
  );
  assert.deepEqual(
    JSON.parse(edited.bytes.toString()),
    mail([{ to: to('b@ex.com') }], { mail_settings: { footer: { enable: false } } }),
  );
});

test('nothing to change gives the very bytes back', () => {
  const text = '{ "personalizations": [ {"to":[{"email":"B@EX.com."}]} ], "from": {"email":"s@acme.example"} }';
  const edited = edit(text, KEEP);
  assert.deepEqual([edited.bytes.toString(), edited.changed], [text, []]);
});

test('what can not be read surely is not edited', async () => {
  const twice = '{"personalizations":[{"to":[{"email":"b@ex.com"}],"to":[]}],"from":{"email":"s@acme.example"}}';
  await throwsWithCode('CONSTRAINT_FAILED', () => edit(twice, KEEP));
  await throwsWithCode('CONSTRAINT_FAILED', () =>
    edit(mail([{ to: to('b@ex.com') }]), KEEP, HEAD.replace('mail/send', 'campaigns')),
  );
});

test('set puts one member, and a form key does not fit', async () => {
  const edited = edit(mail([{ to: to('b@ex.com') }]), { kind: 'set', field: '/mail_settings', value: 'x' });
  assert.deepEqual(JSON.parse(edited.bytes.toString()), mail([{ to: to('b@ex.com') }], { mail_settings: 'x' }));
  assert.deepEqual(edited.changed, ['/mail_settings: set to x']);
  await throwsWithCode('CONSTRAINT_FAILED', () => edit(mail([]), { kind: 'set', field: 'subject', value: 'x' }));
  await throwsWithCode('CONSTRAINT_FAILED', () =>
    edit(mail([]), { kind: 'set', field: '/mail_settings/sandbox_mode/enable', value: true }),
  );
});
