// A click in Slack becomes a decision: the right workspace, channel and message, a person whom the bundle knows, and the book's own word.

import type { People } from '../decide/people.ts';
import { InterlockError } from '../errors.ts';
import type { SlackApi } from './slack-client.ts';
import type { SlackCard, SlackCards } from './slack-cards.ts';
import { editModal } from './slack-edit.ts';
import type { ButtonClick, EditSubmission, SlackInteraction } from './slack-interaction.ts';
import { shown } from './slack-text.ts';
import type { Choice, Ticket } from './ticket.ts';
import type { TicketBook } from './tickets.ts';

export interface SlackClicksOptions {
  readonly api: SlackApi;
  readonly cards: SlackCards;
  readonly tickets: Pick<TicketBook, 'get' | 'approve' | 'deny'>;
  readonly people: People;
  /** May this user decide the ticket? Asked before the Edit dialogue is opened; the book asks again. */
  readonly mayDecide: (user: string, ticket: Ticket) => boolean;
}

export interface SlackClicks {
  /** Never throws: whoever clicked is told, or nobody is. */
  handle(interaction: SlackInteraction): Promise<void>;
}

const WHISPER_CHARS = 1_000;
const UNKNOWN =
  'Interlock does not know you as an approver, so nothing was changed. An operator can add your Slack member id to your user in entities.json.';

export function createSlackClicks(options: SlackClicksOptions): SlackClicks {
  const { api, cards, tickets, people } = options;

  /** A word that can't be said is no failure of the decision. */
  const whisper = async (card: SlackCard, slackUser: string, text: string): Promise<void> => {
    await api.whisper(card.channel, slackUser, shown(text, WHISPER_CHARS)).catch(() => undefined);
  };

  /** The book records who is nobody: `slack/…` can be no user's name (identify/name.ts). */
  const recordStranger = async (ticket: string, slackUser: string): Promise<void> => {
    await tickets.deny(ticket, { user: `slack/${slackUser}` }, 'slack').catch(() => undefined);
  };

  /** Not ours, forgotten, or the first of two when Slack's answer was lost: there is no ticket that this could be about. */
  const tellUnknownCard = async (interaction: SlackInteraction): Promise<void> => {
    if (interaction.kind === 'edit') return;
    const text = 'This card is not in force: look for a newer one, or in the console.';
    await api.whisper(interaction.channel, interaction.slackUser, text).catch(() => undefined);
  };

  const decide = async (card: SlackCard, interaction: SlackInteraction, user: string): Promise<void> => {
    try {
      if (interaction.kind === 'button' && interaction.button === 'deny') await tickets.deny(card.ticket, { user }, 'slack');
      else await tickets.approve(card.ticket, { user }, 'slack', choiceOf(interaction));
    } catch (thrown) {
      await whisper(card, interaction.slackUser, refusalText(thrown));
    }
  };

  const openEdit = async (card: SlackCard, click: ButtonClick, user: string): Promise<void> => {
    const ticket = tickets.get(card.ticket);
    if (ticket === undefined) return whisper(card, click.slackUser, 'There is no such ticket any more.');
    // What an approval would be refused for is refused, and recorded, before anything is shown. No offer has an empty name.
    if (!options.mayDecide(user, ticket) || ticket.state !== 'pending') return decide(card, { ...click, edit: '' }, user);
    const modal = editModal(ticket, card.nonce);
    if (modal === null) return whisper(card, click.slackUser, 'There is nothing to choose here: approve it or deny it.');
    await api.openModal(click.trigger, modal).catch(() => whisper(card, click.slackUser, 'Slack did not open it: try again.'));
    return undefined;
  };

  return {
    async handle(interaction) {
      if (interaction.kind === 'button' && interaction.button === 'open') return;
      const card = await cards.find(interaction.card);
      if (card === undefined) return tellUnknownCard(interaction);
      if (!isAtHome(card, interaction)) return recordStranger(card.ticket, interaction.slackUser);
      const user = people.userBy('slack', interaction.slackUser);
      if (user === null) {
        await recordStranger(card.ticket, interaction.slackUser);
        return whisper(card, interaction.slackUser, UNKNOWN);
      }
      if (interaction.kind === 'button' && interaction.button === 'edit') return openEdit(card, interaction, user);
      return decide(card, interaction, user);
    },
  };
}

/**
 * INVARIANT: a button counts in the workspace, channel and message that it was put in, pressed by a member of that workspace. A channel
 * shared with others (Slack Connect), a forwarded card or another installation of the app decides nothing.
 */
function isAtHome(card: SlackCard, interaction: SlackInteraction): boolean {
  if (interaction.team !== card.team || (interaction.userTeam !== null && interaction.userTeam !== card.team)) return false;
  // A dialogue is in no channel: its nonce came with the card's own.
  return interaction.kind === 'edit' || (interaction.channel === card.channel && interaction.messageTs === card.ts);
}

function choiceOf(interaction: ButtonClick | EditSubmission): Choice {
  if (interaction.kind === 'edit') return interaction.choice;
  if (interaction.button === 'scope') return { scope: true };
  return interaction.edit === null ? {} : { edit: interaction.edit };
}

/** Coded errors were written for people; of anything else nothing is told (threat D14). */
function refusalText(thrown: unknown): string {
  if (!(thrown instanceof InterlockError) || thrown.code === 'INTERNAL')
    return 'Interlock could not do that; nothing was changed.';
  return `Nothing was changed by your click: ${thrown.message}.`;
}
