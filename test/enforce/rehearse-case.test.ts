// A case's request goes through the same rewrite as the wire's, and what only a server knows is said.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { loadBundle } from '../../src/decide/bundle.ts';
import { createOfflineJudge } from '../../src/decide/offline-judge.ts';
import { caseRehearsal } from '../../src/enforce/rehearse-case.ts';
import { PRINCIPAL } from '../support/exchange.ts';

const POLICIES = new URL('../../policies/', import.meta.url);
const { judge } = createOfflineJudge(await loadBundle(POLICIES.pathname));
const rehearse = caseRehearsal();
const principal = { ...PRINCIPAL, teams: ['support', 'engineering'] };

test('what the constraints made of it is told with its facts', async () => {
  const raw = await readFile(new URL('cases/requests/mail-outside.http', POLICIES));
  const { answer, substitute, notes } = await rehearse(raw, principal, judge);
  assert.deepEqual([answer.verdict, answer.constraints], ['CONSTRAIN', ['company-recipients']]);
  assert.deepEqual(substitute?.actions[0]?.facts['recipients'], ['a@example.com']);
  assert.deepEqual(notes, []);
});

test('where a push lands is left open', async () => {
  const raw = await readFile(new URL('../fixtures/requests/git-push/hit-push-update.http', import.meta.url));
  const { answer, substitute, notes } = await rehearse(raw, principal, judge);
  assert.deepEqual([answer.verdict, substitute], ['CONSTRAIN', null]);
  assert.match(notes.join(), /only the server could say/);
});
