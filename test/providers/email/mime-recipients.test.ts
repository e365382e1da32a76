// Recipients taken out of raw mail: their fields change, not another byte does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepMimeRecipients } from '../../../src/providers/email/mime-recipients.ts';
import { throwsWithCode } from '../../support/throws-with-code.ts';

const keep = (text: string) => keepMimeRecipients(Buffer.from(text, 'latin1'), new Set(['ex.com']));

test('fields are shortened or taken out, the rest stays byte for byte', () => {
  const edited = keep(
    'X: 1\r\nTO: "Last, First" <b@ex.com>,\r\n\te@evil.example, c@ex.com\r\nX: 2\r\ncc: e@evil.example\r\nBcc:\r\nBcc: d@ex.com\r\nX:  3 \r\n\r\nTo: e@evil.example\r\n\u00e9\n',
  );
  assert.equal(
    edited.bytes.toString('latin1'),
    'X: 1\r\nTO: "Last, First" <b@ex.com>,\r\n c@ex.com\r\nX: 2\r\nBcc:\r\nBcc: d@ex.com\r\nX:  3 \r\n\r\nTo: e@evil.example\r\n\u00e9\n',
  );
  assert.deepEqual(edited.changed, ['to: removed e@evil.example', 'cc: removed e@evil.example']);
});

test('nothing changes when everybody may stay', () => {
  assert.deepEqual(keep('To: b@ex.com\n\nx').changed, []);
  assert.equal(keep('To: e@evil.example\nCc: b@ex.com\n\nx').bytes.toString(), 'Cc: b@ex.com\n\nx');
});

test('what can not be done faithfully is not done', async () => {
  const messages = {
    'nobody left': 'To: e@evil.example\r\n\r\nx',
    'a group': 'To: Team: b@ex.com, e@evil.example;\r\n\r\nx',
    signed: 'DKIM-Signature: v=1\r\nTo: b@ex.com, e@evil.example\r\n\r\nx',
    unreadable: 'To: b@ex.com\r\nCc : e@evil.example\r\n\r\nx',
    'a comment with a comma': 'To: b@ex.com (x, y), e@evil.example\r\n\r\nx',
  };
  for (const text of Object.values(messages)) await throwsWithCode('CONSTRAINT_FAILED', () => keep(text));
});
