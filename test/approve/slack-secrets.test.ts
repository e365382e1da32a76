// Slack's secrets: from files that only the gateway's user may read, never shown, and a start that fails says which one is wrong.

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSlack } from '../../src/approve/slack.ts';
import { fileSchema } from '../../src/config/schema.ts';
import { approvalDesk } from '../support/approval-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

test('missing, exposed and unusable files stop the start, and no message holds what is in them', async (t) => {
  using desk = await approvalDesk();
  const folder = mkdtempSync(join(tmpdir(), 'interlock-slack-'));
  t.after(() => rm(folder, { recursive: true }));
  const [botTokenFile, signingSecretFile] = [join(folder, 'token'), join(folder, 'secret')];
  const open = () =>
    openSlack({
      config: { botTokenFile, signingSecretFile, channels: {}, apiUrl: 'http://127.0.0.1:9/api/', publicUrl: null },
      ledger: desk.ledger,
      tickets: desk.book,
      directory: desk.directory,
      people: { userBy: () => null },
      fetch: () => assert.fail(),
      onEvent: () => undefined,
    });
  assert.match((await throwsWithCode('CONFIG_INVALID', open)).message, /slack\.botTokenFile: there is no file/);
  writeFileSync(botTokenFile, 'xoxb-1234567890-secret', { mode: 0o600 });
  writeFileSync(signingSecretFile, 'two lines\nof something', { mode: 0o600 });
  const wrong = await throwsWithCode('CONFIG_INVALID', open);
  assert.match(wrong.message, /slack\.signingSecretFile/);
  assert.ok(!wrong.message.includes('something'));
  writeFileSync(signingSecretFile, '8f742231b10e8888abcd99yyyzzz85a5\n');
  chmodSync(botTokenFile, 0o640);
  await throwsWithCode('KEY_EXPOSED', open);
  chmodSync(botTokenFile, 0o600);
  (await open()).close();
});

test('the configuration takes group names, channel ids and https, and no secret of its own', () => {
  const base = { botTokenFile: 't', signingSecretFile: 's', channels: { finance: 'C012AB3CD' } };
  const takes = (change: object): boolean => fileSchema.safeParse({ slack: { ...base, ...change } }).success;
  const good = [{}, { apiUrl: 'https://slack-gov.com/api/' }, { apiUrl: 'http://127.0.0.1:1/api/' }, { publicUrl: null }];
  for (const change of good) assert.ok(takes(change), JSON.stringify(change));
  for (const change of [
    { channels: { finance: '#finance' } },
    { channels: { 'fin ance': 'C012AB3CD' } },
    { apiUrl: 'http://slack.com/api/' },
    { apiUrl: 'https://slack.com/api' },
    { apiUrl: 'https://user:pass@slack.com/api/' },
    { botToken: 'xoxb-1' },
  ])
    assert.ok(!takes(change), JSON.stringify(change));
});
