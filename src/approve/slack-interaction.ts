// What a person did in Slack: a button of a card, or the Edit dialogue sent off. Read from Slack's payload, everything else is null.

import type { Choice } from './ticket.ts';

/** Where and by whom. `team` and `messageTs` are null where Slack's payload has none. */
interface Clicked {
  /** The card's own nonce: which card this is about. */
  readonly card: string;
  readonly slackUser: string;
  /** The workspace that it happened in, and the one that the person is of. */
  readonly team: string | null;
  readonly userTeam: string | null;
}

export interface ButtonClick extends Clicked {
  readonly kind: 'button';
  readonly button: CardButton;
  readonly channel: string;
  readonly messageTs: string;
  readonly trigger: string;
  /** The edit that the button said it approves; null: the request as it is. */
  readonly edit: string | null;
}

export interface EditSubmission extends Clicked {
  readonly kind: 'edit';
  readonly choice: Choice;
}

export type SlackInteraction = ButtonClick | EditSubmission;

export type CardButton = 'approve' | 'deny' | 'edit' | 'scope' | 'open';

export const EDIT_CALLBACK = 'interlock-edit';
export const EDIT_BLOCK = 'interlock-offers';
export const EDIT_CHOICE = 'interlock-offer';

/** Slack wants a value of at least one character. No constraint is called so. */
export const AS_IT_IS = '-';

const BUTTON = /^(approve|deny|edit|scope|open)\.([A-Za-z0-9_-]{16,64})$/;
const BUTTONS: readonly CardButton[] = ['approve', 'deny', 'edit', 'scope', 'open'];
const NONCE = /^[A-Za-z0-9_-]{16,64}$/;
const ID = /^[A-Za-z0-9._-]{1,255}$/;

export function actionId(button: CardButton, card: string): string {
  return `${button}.${card}`;
}

/** Reads the body `payload=<JSON>` (application/x-www-form-urlencoded). Null for whatever Interlock did not ask for. */
export function readInteraction(body: string): SlackInteraction | null {
  const fields = new URLSearchParams(body).getAll('payload');
  if (fields.length !== 1) return null;
  let payload: unknown;
  try {
    payload = JSON.parse(fields[0] ?? '');
  } catch {
    return null;
  }
  const type = at(payload, 'type');
  const slackUser = idAt(payload, 'user', 'id');
  if (slackUser === null) return null;
  const who = { slackUser, team: idAt(payload, 'team', 'id'), userTeam: idAt(payload, 'user', 'team_id') };
  if (type === 'block_actions') return readButton(payload, who);
  return type === 'view_submission' ? readEdit(payload, who) : null;
}

type Who = Pick<Clicked, 'slackUser' | 'team' | 'userTeam'>;

function readButton(payload: unknown, who: Who): ButtonClick | null {
  const actions = at(payload, 'actions');
  // One button is one click; two at once is nothing that Slack sends.
  const id = Array.isArray(actions) && actions.length === 1 ? at(actions[0], 'action_id') : null;
  const found = typeof id === 'string' ? BUTTON.exec(id) : null;
  const channel = idAt(payload, 'channel', 'id');
  const messageTs = idAt(payload, 'container', 'message_ts');
  const trigger = idAt(payload, 'trigger_id');
  const button = buttonOf(found?.[1]);
  const card = found?.[2];
  if (button === null || card === undefined || channel === null || messageTs === null || trigger === null) return null;
  const value = at(actions, '0', 'value');
  const edit = typeof value === 'string' && value !== AS_IT_IS ? value : null;
  return { kind: 'button', button, card, channel, messageTs, trigger, edit, ...who };
}

function readEdit(payload: unknown, who: Who): EditSubmission | null {
  if (at(payload, 'view', 'callback_id') !== EDIT_CALLBACK) return null;
  const card = at(payload, 'view', 'private_metadata');
  const chosen = at(payload, 'view', 'state', 'values', EDIT_BLOCK, EDIT_CHOICE, 'selected_option', 'value');
  if (typeof card !== 'string' || !NONCE.test(card) || typeof chosen !== 'string' || chosen === '' || chosen.length > 150)
    return null;
  return { kind: 'edit', card, choice: { edit: chosen }, ...who };
}

function buttonOf(text: string | undefined): CardButton | null {
  return BUTTONS.find((button) => button === text) ?? null;
}

function idAt(value: unknown, ...path: readonly string[]): string | null {
  const found = at(value, ...path);
  return typeof found === 'string' && ID.test(found) ? found : null;
}

/** Own members only: `constructor` leads nowhere. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? Reflect.get(inner, key) : undefined,
    value,
  );
}
