// The card of a ticket as Block Kit: what is asked for, who has signed, and what each button does; once ended, what became of it.

import { actionId, AS_IT_IS, type CardButton } from './slack-interaction.ts';
import type { SlackBlock, SlackMessage } from './slack-client.ts';
import { COVERS_WORDS, isCall, tellsOfRequest } from './approved-call.ts';
import { factBlocks } from './slack-facts.ts';
import { PLAN_BUTTON_WORDS, planBlocks, planEnd, planTitle } from './slack-plan.ts';
import { planOf } from './for-plan.ts';
import { BUTTON_CHARS, header, momentNote, note, plain, section, shown } from './slack-text.ts';
import type { Grant } from './grant.ts';
import type { Ticket } from './ticket.ts';
import { withdrawnFor } from './ticket-states.ts';

interface CardView {
  /** The card's nonce, in each of its buttons. */
  readonly card: string;
  /** `https://interlock.example.com`, or null: no link. */
  readonly publicUrl: string | null;
  readonly nowMs: number;
  /** The grant for later requests that it left, while that stands. */
  readonly standing: Pick<Grant, 'expiresAt' | 'usesLeft'> | null;
}

const MAX_OFFERS_SHOWN = 5;

export function cardOf(ticket: Ticket, view: CardView): SlackMessage {
  const plan = planOf(ticket);
  const title = plan === null ? titleOf(ticket) : planTitle(ticket);
  const what = shown(ticket.actions[0]?.action ?? 'a request', 80);
  const more = ticket.actions.length > 1 ? ` and ${ticket.actions.length - 1} more` : '';
  return {
    // Markup characters never reach the one text that Slack may read as markup: action names and ours have none.
    text: `${title}: ${what}${more}`.replace(/[<>&@*_`~]/g, ' '),
    blocks: [
      header(`${title}: ${what}${more}`),
      ...(ticket.warning === null ? [] : [section(`Warning: ${shown(ticket.warning, 1_000)}`)]),
      ...(plan === null ? factBlocks(ticket) : planBlocks(ticket)),
      ...signatureBlocks(ticket),
      ...(ticket.state === 'pending' ? pendingBlocks(ticket, view) : endBlocks(ticket, view)),
    ],
  };
}

function titleOf(ticket: Ticket): string {
  switch (ticket.state) {
    case 'pending':
      return 'Approval needed';
    case 'approved':
      return 'Approved, not sent yet';
    case 'spent':
      return ticket.outcome === null ? 'Approved, and refused after' : 'Approved and sent';
    case 'denied':
      return 'Denied';
    case 'expired':
      return withdrawnFor(ticket) === null ? 'Expired' : 'Withdrawn';
  }
}

/** For each policy: n of m, and who. */
function signatureBlocks(ticket: Ticket): SlackBlock[] {
  const lines = ticket.waits.map((wait) => {
    const signed = ticket.approvals.filter((one) => one.policies.includes(wait.policy)).map((one) => one.user);
    const people = [...new Set(signed)];
    const who = people.length === 0 ? '' : `, by ${people.map((user) => shown(user, 64)).join(', ')}`;
    return `${shown(wait.policy, 100)}: ${people.length} of ${wait.quorum} signed by ${wait.approvers.map((group) => shown(group, 64)).join(' or ')}${who}`;
  });
  const edit = ticket.edit === null ? [] : [`With the edit ${shown(ticket.edit, 100)}: ${editText(ticket)}`];
  return [section(['Signatures', ...lines.slice(0, 10), ...edit].join('\n'))];
}

function editText(ticket: Ticket): string {
  const offer = ticket.offers.find(({ constraint }) => constraint === ticket.edit);
  return shown(offer?.changed.join('; ') ?? 'what it changes is not known any more', 1_000);
}

function pendingBlocks(ticket: Ticket, view: CardView): SlackBlock[] {
  const ends = Date.parse(ticket.expiresAt);
  return [
    ...offerBlocks(ticket),
    ...(tellsOfRequest(ticket) ? [section(COVERS_WORDS)] : []),
    note(buttonWords(ticket)),
    momentNote(`${leftText(ends - view.nowMs)} left. Nobody's word is a no: it is refused at`, ends / 1000, ticket.expiresAt),
    { type: 'actions', elements: buttonsOf(ticket, view) },
  ];
}

type ButtonElement = Extract<Extract<SlackBlock, { type: 'actions' }>['elements'][number], { type: 'button' }>;

function buttonsOf(ticket: Ticket, view: CardView): ButtonElement[] {
  const button = (kind: CardButton, text: string, value: string = AS_IT_IS): ButtonElement => ({
    type: 'button',
    action_id: actionId(kind, view.card),
    text: plain(text, BUTTON_CHARS),
    value,
  });
  return [
    {
      ...button('approve', ticket.edit === null ? 'Approve' : 'Approve with the edit', ticket.edit ?? AS_IT_IS),
      style: 'primary',
    },
    { ...button('deny', 'Deny'), style: 'danger' },
    ...(ticket.edit === null && ticket.offers.length > 0 ? [button('edit', 'Edit…')] : []),
    ...(ticket.edit === null && ticket.scope !== null ? [button('scope', `Approve for ${shown(ticket.scope, 50)}`)] : []),
    ...(view.publicUrl === null ? [] : [{ ...button('open', 'Open in console'), url: ticketUrl(view.publicUrl, ticket) }]),
  ];
}

/** Where the console shows it. The id is ours: letters and digits. */
function ticketUrl(publicUrl: string, ticket: Pick<Ticket, 'id'>): string {
  return `${publicUrl.replace(/\/$/, '')}/#/inbox/${encodeURIComponent(ticket.id)}`;
}

function buttonWords(ticket: Ticket): string {
  if (planOf(ticket) !== null) return PLAN_BUTTON_WORDS;
  return [
    ticket.edit === null
      ? 'Approve: exactly this request goes out, once.'
      : 'Approve with the edit: the changed request goes out, once.',
    'Deny: the agent is told no.',
    ...(ticket.edit === null && ticket.offers.length > 0 ? ['Edit: choose a safer form of it, which is then approved.'] : []),
    ...(ticket.edit === null && ticket.scope !== null
      ? [`Approve for ${shown(ticket.scope, 100)}: later requests like it go without asking, as far as policy allows.`]
      : []),
  ].join(' ');
}

/** What may be approved instead: the dialogue tells all of it. */
function offerBlocks(ticket: Ticket): SlackBlock[] {
  if (ticket.edit !== null || ticket.offers.length === 0) return [];
  const lines = ticket.offers
    .slice(0, MAX_OFFERS_SHOWN)
    .map(({ constraint, changed }) => `${shown(constraint, 100)}: ${shown(changed.join('; '), 400)}`);
  const left = ticket.offers.length - lines.length;
  return [section(['May be approved instead', ...lines, ...(left > 0 ? [`and ${left} more`] : [])].join('\n'))];
}

function endBlocks(ticket: Ticket, view: CardView): SlackBlock[] {
  const plan = planOf(ticket);
  return [section(plan === null ? endText(ticket) : planEnd(ticket, plan)), ...standingBlocks(ticket, view)];
}

/** Whether anything more goes by what was approved. */
function standingBlocks(ticket: Ticket, { standing }: CardView): SlackBlock[] {
  if (ticket.scope === null || !ticket.approvals.some((approval) => approval.scope)) return [];
  if (standing === null) return [note('Later requests like it wait for people again.')];
  const uses = standing.usesLeft === null ? '' : ` Uses left: ${standing.usesLeft}.`;
  const ends = Date.parse(standing.expiresAt) / 1000;
  return [
    note(`Later requests like it go without asking (${shown(ticket.scope, 100)}).${uses}`),
    momentNote('Until', ends, standing.expiresAt),
  ];
}

function endText(ticket: Ticket): string {
  const approvers = [...new Set(ticket.approvals.map(({ user }) => shown(user, 64)))].join(', ');
  switch (ticket.state) {
    case 'pending':
      return 'It waits.';
    case 'approved':
      return `Approved by ${approvers}. The agent had hung up: its next try of the same request goes out, once, until ${ticket.expiresAt}.`;
    case 'spent':
      return `Approved by ${approvers}${outcomeText(ticket)}`;
    case 'denied':
      return `Denied by ${shown(ticket.deniedBy ?? 'an approver', 64)}${ticket.denial === null ? '' : `: ${shown(ticket.denial)}`}. Nothing was sent.`;
    case 'expired': {
      const why = withdrawnFor(ticket);
      if (why !== null)
        return `${approvers === '' ? '' : `Approved by ${approvers}. `}Withdrawn: ${shown(why)}. Nothing was sent.`;
      return approvers === ''
        ? 'Nobody decided in time. Nothing was sent.'
        : `Approved by ${approvers}, but it was not complete or not used in time. Nothing was sent.`;
    }
  }
}

function outcomeText(ticket: Ticket): string {
  switch (ticket.outcome) {
    case 'confirmed':
      if (isCall(ticket)) return ', and handed to the agent once.';
      return ', and sent once. The service confirmed it.';
    case 'unknown':
      return ', and sent once. Whether it took effect is unknown: the connection was lost after it was sent.';
    case 'sent':
      return ', and sent once.';
    case null:
      return ', and refused after that. Nothing was sent.';
  }
}

function leftText(leftMs: number): string {
  const minutes = Math.max(0, Math.floor(leftMs / 60_000));
  if (minutes < 1) return 'Less than a minute';
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}
