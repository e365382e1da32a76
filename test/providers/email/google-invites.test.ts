// Calendar and Drive calls: those that mail people are sends that nobody read, the others are not this provider's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { NO_BODY } from '../../../src/http/inspected-body.ts';
import { googleInvites } from '../../../src/providers/email/google-invites.ts';
import { mailRequest } from '../../support/mail-request.ts';
import { REFUSAL } from '../../support/refusing-origin.ts';

const EVENTS = '/calendar/v3/calendars/primary/events';
const SHARE = '/drive/v3/files/1/permissions';
const view = (line: string) => mailRequest('www.googleapis.com', line, '{}').view;

test('what mails people is a send', () => {
  for (const line of [
    `POST ${EVENTS}?sendUpdates=all`,
    `PATCH ${EVENTS}/1?sendUpdates=none&sendUpdates=externalOnly`,
    `POST ${EVENTS}?sendNotifications=true`,
    `POST ${EVENTS}?SendUpdates=x`,
    `POST ${SHARE}`,
    `POST ${SHARE}?sendNotificationEmail=False`,
  ]) {
    const [action] = googleInvites.recognise(view(line))?.classify(NO_BODY, NOTHING_KNOWN) ?? [];
    assert.deepEqual([action?.name, action?.facts['inspected']], ['email.send', false], line);
  }
});

test('the others are not its own', () => {
  for (const line of [
    `POST ${EVENTS}`,
    `POST ${EVENTS}?sendUpdates=none`,
    `POST ${SHARE}?sendNotificationEmail=false`,
    'POST /drive/v3/files',
  ])
    assert.equal(googleInvites.recognise(view(line)), null, line);
});

test('it refuses as Google does', () => {
  assert.equal(googleInvites.refuse(view(`POST ${SHARE}`), REFUSAL, NO_BODY).status, 403);
});
