// Slack's payloads, and everything that is none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readInteraction } from '../../src/approve/slack-interaction.ts';

const NONCE = 'n'.repeat(24);
const CLICK = {
  type: 'block_actions',
  user: { id: 'U1', team_id: 'T1' },
  team: { id: 'T1' },
  channel: { id: 'C1' },
  container: { message_ts: '17.1' },
  trigger_id: '1.a',
  actions: [{ action_id: `approve.${NONCE}`, value: '-' }],
};
const form = (payload: unknown) => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

test('a click is read whole', () => {
  assert.deepEqual(readInteraction(form(CLICK)), {
    kind: 'button',
    button: 'approve',
    card: NONCE,
    channel: 'C1',
    messageTs: '17.1',
    trigger: '1.a',
    edit: null,
    slackUser: 'U1',
    team: 'T1',
    userTeam: 'T1',
  });
});

test('what lacks a part, doubles one or is of another kind is nothing', () => {
  const { user, channel, container, ...rest } = CLICK;
  const bad: unknown[] = [
    { ...rest, channel, container },
    { ...rest, user, container },
    { ...rest, user, channel },
    { ...CLICK, actions: [] },
    { ...CLICK, actions: [...CLICK.actions, ...CLICK.actions] },
    { ...CLICK, actions: [{ action_id: `constructor.${NONCE}` }] },
    { ...CLICK, actions: [{ action_id: 'approve.' }] },
    { ...CLICK, user: { id: 'U1 ' } },
    { ...CLICK, type: 'shortcut' },
    { type: 'view_submission', user, view: { callback_id: 'other', private_metadata: NONCE } },
    [],
    null,
  ];
  for (const payload of bad) assert.equal(readInteraction(form(payload)), null, JSON.stringify(payload));
  assert.equal(readInteraction(`${form(CLICK)}&${form(CLICK)}`), null);
  assert.equal(readInteraction('payload={'), null);
});

test('never throws', () => {
  fc.assert(fc.property(fc.string(), fc.json(), (text, json) => void [readInteraction(text), readInteraction(form(json))]));
});
