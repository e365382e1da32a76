// Resend: refusals that its SDK hands back, and edits of single messages and batches.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Resend } from 'resend';
import { resend } from '../../../src/providers/email/resend.ts';
import type { BodyEdit, EditedBody } from '../../../src/providers/body-edit.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';
import { refusingOrigin } from '../../support/refusing-origin.ts';
import { throwsWithCode } from '../../support/throws-with-code.ts';

function edit(document: unknown, change: BodyEdit, path = '/emails'): EditedBody {
  const bytes = Buffer.from(JSON.stringify(document));
  const head = `POST ${path} HTTP/1.1\r\nHost: api.resend.com\r\nContent-Type: application/json\r\n\r\n`;
  assert.ok(resend.edit);
  return resend.edit(fixtureRequest(Buffer.concat([Buffer.from(head), bytes])).view, { bytes, problem: null }, change);
}

const mail = (parts: object): object => ({ from: 'S <s@acme.example>', subject: 'Hi', ...parts });
const KEEP: BodyEdit = { kind: 'keep-recipients', domains: ['ex.com'] };
const json = (edited: EditedBody): unknown => JSON.parse(edited.bytes.toString());

test('the SDK hands our sentence back as its error after one call', async () => {
  await using origin = await refusingOrigin(resend);
  const client = new Resend('re_test', { baseUrl: origin.url });
  const { data, error } = await client.emails.send({ from: 'a@ex.com', to: 'b@ex.com', subject: 's', text: 't' });
  assert.equal(data, null);
  assert.equal(error?.name, 'validation_error');
  assert.match(error?.message ?? '', /^Interlock: .* \(policy refund-large; entry 12\)$/);
  assert.equal(origin.calls(), 1);
});

test('strings and lists are kept or taken out with their display names', () => {
  const edited = edit(mail({ to: ['"E" <e@evil.example>', 'B <b@ex.com>'], cc: 'e@evil.example' }), KEEP);
  assert.deepEqual(json(edited), mail({ to: ['B <b@ex.com>'] }));
  assert.deepEqual(edited.changed, ['to: removed e@evil.example', 'cc: removed e@evil.example']);
  assert.deepEqual(edit(mail({ to: 'b@ex.com' }), KEEP).changed, []);
});

test('a text that names both kinds can not be cut', async () => {
  await throwsWithCode('CONSTRAINT_FAILED', () => edit(mail({ to: 'b@ex.com, e@evil.example' }), KEEP));
});

test('in a batch only messages with nobody left go', async () => {
  const edited = edit([mail({ to: 'e@evil.example' }), mail({ to: 'b@ex.com' })], KEEP, '/emails/batch');
  assert.deepEqual(json(edited), [mail({ to: 'b@ex.com' })]);
  await throwsWithCode('CONSTRAINT_FAILED', () => edit([mail({ to: 'e@evil.example' })], KEEP, '/emails/batch'));
  await throwsWithCode('CONSTRAINT_FAILED', () => edit(mail({ to: 'e@evil.example' }), KEEP));
});

test('what is no message, or can not be read, is not edited', async () => {
  await throwsWithCode('CONSTRAINT_FAILED', () => edit(mail({ to: 'nobody' }), KEEP));
  await throwsWithCode('CONSTRAINT_FAILED', () => edit(mail({ to: 'b@ex.com' }), KEEP, '/broadcasts/b_1/send'));
  await throwsWithCode('CONSTRAINT_FAILED', () => edit([mail({ to: 'b@ex.com' })], KEEP));
});

test('set puts one member of one message', () => {
  assert.deepEqual(json(edit([mail({}), mail({})], { kind: 'set', field: '/1/subject', value: 'Y' }, '/emails/batch')), [
    mail({}),
    mail({ subject: 'Y' }),
  ]);
});
