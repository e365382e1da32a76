// Puts each waiting ticket before its approvers in Slack, and keeps the card true until the ticket has ended.

import type { SlackApi } from './slack-client.ts';
import { cardOf } from './slack-card.ts';
import { newNonce, type SlackCards } from './slack-cards.ts';
import { createSlackQueue, type SlackCounts, type SlackQueueOptions } from './slack-queue.ts';
import { isOpen } from './ticket-states.ts';
import type { Ticket } from './ticket.ts';
import type { TicketBook } from './tickets.ts';

export interface SlackShowOptions extends Pick<SlackQueueOptions, 'counts' | 'onOutage' | 'onDropped' | 'firstWaitMs'> {
  readonly api: SlackApi;
  readonly tickets: Pick<TicketBook, 'get' | 'list' | 'watch' | 'grants'>;
  readonly cards: SlackCards;
  /** Channel ids by approver group. */
  readonly channels: Readonly<Record<string, string>>;
  readonly publicUrl: string | null;
  readonly now: () => number;
}

export interface SlackShow {
  readonly counts: SlackCounts;
  /** The workspace that the token is for. Throws SlackFailure until Slack has said it once. */
  team(): Promise<string>;
  close(): void;
}

/** Starts at once: what waits already is shown, and what was shown and has moved meanwhile is put right. */
export function showInSlack(options: SlackShowOptions): SlackShow {
  const { api, tickets, cards } = options;
  let knownTeam: string | null = null;
  const team = async (): Promise<string> => (knownTeam ??= await api.team());

  const standingOf = (ticket: Ticket) =>
    tickets.grants().find((grant) => grant.kind === 'scoped' && grant.ticket === ticket.id) ?? null;
  const render = (ticket: Ticket, card: string) =>
    cardOf(ticket, { card, publicUrl: options.publicUrl, nowMs: options.now(), standing: standingOf(ticket) });

  /** A key is a ticket in one channel. */
  const run = async (key: string): Promise<boolean> => {
    const [id = '', channel = ''] = key.split('@');
    const ticket = tickets.get(id);
    if (ticket === undefined) return false;
    const known = cards.of(id).find((card) => card.channel === channel);
    if (known !== undefined) {
      await api.update(channel, known.ts, render(ticket, known.nonce));
      if (!isOpen(ticket) && standingOf(ticket) === null) cards.settle(known.nonce);
      return true;
    }
    // Decided while it stood in line: nobody has to hear of it any more.
    if (ticket.state !== 'pending') return false;
    const nonce = newNonce();
    const workspace = await team();
    const post = async (): Promise<void> => {
      const { ts } = await api.post(channel, render(ticket, nonce));
      await cards.keep({ nonce, ticket: id, team: workspace, channel, ts }, ticket);
    };
    const posted = post();
    cards.expect(nonce, posted);
    await posted;
    // It may have moved while the message was on its way, when there was no card yet to update.
    if (tickets.get(id) !== ticket) show(id, channel);
    return true;
  };

  const queue = createSlackQueue({ ...options, run });
  const show = (ticket: string, channel: string): void => queue.push(channel, `${ticket}@${channel}`);

  const showEverywhere = (ticket: Ticket): void => {
    const shownIn = cards.of(ticket.id).map((card) => card.channel);
    const wanted = channelsOf(ticket, options.channels);
    for (const channel of new Set([...shownIn, ...wanted])) show(ticket.id, channel);
  };

  const stopWatching = tickets.watch(showEverywhere);
  for (const ticket of tickets.list()) {
    if (ticket.state === 'pending' || cards.of(ticket.id).length > 0) showEverywhere(ticket);
  }
  return {
    counts: options.counts,
    team,
    close() {
      stopWatching();
      queue.close();
    },
  };
}

/** Of every group that is asked. A name that is on every object (`constructor`) is no group. */
function channelsOf(ticket: Ticket, channels: Readonly<Record<string, string>>): string[] {
  const groups = new Set(ticket.waits.flatMap((wait) => wait.approvers));
  return [...groups].flatMap((group) => (Object.hasOwn(channels, group) ? [channels[group] ?? ''] : []));
}
