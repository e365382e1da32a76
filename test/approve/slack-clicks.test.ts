// Clicks with a choice in them: what the Edit dialogue offers is what may be chosen, and nothing else is taken for a yes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSlackClicks } from '../../src/approve/slack-clicks.ts';
import type { SlackCard } from '../../src/approve/slack-cards.ts';
import type { ButtonClick, SlackInteraction } from '../../src/approve/slack-interaction.ts';
import { choose } from '../../src/approve/choice.ts';
import type { Ticket } from '../../src/approve/ticket.ts';
import { ticketOf } from '../cli/fake-cli.ts';

const CARD: SlackCard = { nonce: 'n'.repeat(24), ticket: 't_1', team: 'T1', channel: 'C1', ts: '17.1' };
const WHO = { card: CARD.nonce, slackUser: 'U1', team: 'T1', userTeam: 'T1' };
const CLICK: ButtonClick = {
  kind: 'button',
  button: 'approve',
  channel: 'C1',
  messageTs: '17.1',
  trigger: '1.a',
  edit: null,
  ...WHO,
};

function desk(change: Partial<Ticket>, mayDecide = true) {
  const asked: unknown[] = [];
  const said: string[] = [];
  const modals: unknown[] = [];
  const ticket = ticketOf('t_1', change);
  const clicks = createSlackClicks({
    api: {
      team: async () => 'T1',
      post: () => assert.fail(),
      update: () => assert.fail(),
      whisper: async (_channel, _user, text) => void said.push(text),
      openModal: async (trigger, view) => void modals.push([trigger, view]),
    },
    cards: {
      find: async (nonce) => (nonce === CARD.nonce ? CARD : undefined),
      expect: () => assert.fail(),
      of: () => [CARD],
      settle: () => undefined,
      keep: () => assert.fail(),
    },
    tickets: {
      get: () => ticket,
      // The book's own rule of what may be chosen.
      approve: async (_id, by, channel, choice = {}) => {
        const chosen = choose(ticket, choice, () => true);
        asked.push(['approve', by, channel, choice]);
        return chosen;
      },
      deny: async (_id, by, channel) => (asked.push(['deny', by, channel]), ticket),
    },
    people: { userBy: () => 'fay' },
    mayDecide: () => mayDecide,
  });
  return { asked, said, modals, handle: (one: SlackInteraction) => clicks.handle(one) };
}

const OFFERS = [{ constraint: 'cap-refund', changed: ['amount becomes 100.00 USD'], actions: [] }];
const by = { user: 'fay' };

test('Edit opens the offers with what each changes; the one that is sent off is approved', async () => {
  const { asked, modals, handle } = desk({ offers: OFFERS });
  await handle({ ...CLICK, button: 'edit' });
  assert.deepEqual(asked, []);
  assert.match(JSON.stringify(modals), /"1\.a".*amount becomes 100\.00 USD/);
  await handle({ kind: 'edit', choice: { edit: 'cap-refund' }, ...WHO });
  assert.deepEqual(asked, [['approve', by, 'slack', { edit: 'cap-refund' }]]);
});

test('a choice that the ticket does not offer is no plain yes', async () => {
  const { asked, said, handle } = desk({ offers: OFFERS });
  await handle({ kind: 'edit', choice: { edit: 'other' }, ...WHO });
  await handle({ ...CLICK, button: 'scope' });
  await handle({ ...CLICK, edit: 'other' });
  assert.deepEqual(asked, []);
  assert.equal(said.filter((text) => text.includes('does not offer other')).length, 2);
  assert.equal(said.filter((text) => text.includes('for this once only')).length, 1);
});

test("a second signer's click is for the edit that the card showed", async () => {
  const { asked, handle } = desk({ offers: OFFERS, edit: 'cap-refund' });
  await handle({ ...CLICK, edit: 'cap-refund' });
  assert.deepEqual(asked, [['approve', by, 'slack', { edit: 'cap-refund' }]]);
});

test('more than once only where the ticket says so; the link is no decision', async () => {
  const { asked, handle } = desk({ scope: 'session 10m target' });
  await handle({ ...CLICK, button: 'open' });
  await handle({ ...CLICK, button: 'scope' });
  assert.deepEqual(asked, [['approve', by, 'slack', { scope: true }]]);
});

test('who may not decide sees no dialogue, and the book hears of it', async () => {
  const { said, modals, handle } = desk({ offers: OFFERS }, false);
  await handle({ ...CLICK, button: 'edit' });
  assert.deepEqual(modals, []);
  assert.equal(said.length, 1);
});
