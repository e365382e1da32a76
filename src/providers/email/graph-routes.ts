// Which Microsoft Graph operation a request is. Paths are matched without regard to case, names may be qualified, keys may be in parentheses (E12).

import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';

export type GraphCall =
  | { readonly kind: 'send'; readonly user: string | null }
  | { readonly kind: 'draft'; readonly user: string | null }
  /** On one message. */
  | {
      readonly kind: 'draft-update' | 'draft-send' | 'reply' | 'forward' | 'draft-answer' | 'attach' | 'attach-session';
      readonly user: string | null;
      readonly id: string;
    }
  | { readonly kind: 'delete'; readonly user: string | null; readonly what: 'message' | 'folder'; readonly permanent: boolean }
  | { readonly kind: 'settings'; readonly user: string | null; readonly setting: 'rule' | 'mailbox-settings' }
  /** Mails people whom the request does not surely name: invitations, groups; `calendar` only with attendees. */
  | { readonly kind: 'mails' | 'calendar'; readonly user: string | null }
  /** A message to a Teams channel or chat, by its id. */
  | { readonly kind: 'chat'; readonly channel: string }
  | { readonly kind: 'batch' | 'unknown' };

const UNKNOWN: GraphCall = { kind: 'unknown' };

/** Null: a plain read. */
export function graphCall(request: RequestView): GraphCall | null {
  if (isPlainRead(request)) return null;
  const tokens = pathTokens(request);
  const [version, root = '', ...rest] = tokens ?? [];
  if (hasAmbiguousPath(request) || version === undefined || !/^(?:v1\.0|beta)$/i.test(version)) return UNKNOWN;
  const { method } = request;
  switch (root.toLowerCase()) {
    case '$batch':
      return rest.length === 0 && method === 'POST' ? { kind: 'batch' } : UNKNOWN;
    case 'me':
      return mailboxCall(method, null, rest);
    case 'users':
      return rest[0] === undefined ? UNKNOWN : mailboxCall(method, rest[0], rest.slice(1));
    case 'groups':
      return groupCall(method, rest.slice(1));
    case 'invitations':
      return { kind: 'mails', user: null };
    case 'teams':
      return rest[1]?.toLowerCase() === 'channels' ? chatCall(method, rest[2], rest.slice(3)) : UNKNOWN;
    case 'chats':
      return chatCall(method, rest[0], rest.slice(1));
    default:
      return UNKNOWN;
  }
}

/** `…/messages`, and `…/messages/{id}/replies` in a channel. */
function chatCall(method: string, channel: string | undefined, rest: readonly string[]): GraphCall {
  const [messages, , replies, ...more] = rest.map((token) => token.toLowerCase());
  const isSend = messages === 'messages' && (rest.length === 1 || (replies === 'replies' && more.length === 0));
  return method === 'POST' && channel !== undefined && channel !== '' && isSend ? { kind: 'chat', channel } : UNKNOWN;
}

const KEYED = /^([A-Za-z$][A-Za-z0-9_.$]*)\((.*)\)$/s;

/** `users('a@ex.com')` is `users`, `a@ex.com`. Null for keys that are not one plain value. */
function pathTokens(request: RequestView): readonly string[] | null {
  const tokens: string[] = [];
  for (const segment of request.segments) {
    const [, name, key] = KEYED.exec(segment) ?? [];
    if (name === undefined || key === undefined) {
      tokens.push(segment);
      continue;
    }
    const quoted = /^'((?:[^']|'')*)'$/.exec(key)?.[1]?.replaceAll("''", "'");
    const value = quoted ?? (/^[A-Za-z0-9_=-]+$/.test(key) ? key : null);
    // `sendMail()` is a call without parameters.
    if (value === null && key !== '') return null;
    tokens.push(name, ...(value === null ? [] : [value]));
  }
  return tokens;
}

/** OData lets an operation be qualified: the last dotted component counts. */
function operation(token: string | undefined): string {
  return (token ?? '').slice((token ?? '').lastIndexOf('.') + 1).toLowerCase();
}

function mailboxCall(method: string, user: string | null, tokens: readonly string[]): GraphCall {
  let rest = tokens;
  while (/^(?:mailfolders|childfolders)$/i.test(rest[0] ?? '') && rest[1] !== undefined) {
    if (rest.length === 2 && method === 'DELETE') return { kind: 'delete', user, what: 'folder', permanent: false };
    if (rest.length === 3 && operation(rest[2]) === 'permanentdelete')
      return { kind: 'delete', user, what: 'folder', permanent: true };
    rest = rest.slice(2);
  }
  switch (operation(rest[0])) {
    case 'sendmail':
      return rest.length === 1 && method === 'POST' ? { kind: 'send', user } : UNKNOWN;
    case 'messages':
      return messageCall(method, user, rest.slice(1));
    case 'messagerules':
      return { kind: 'settings', user, setting: 'rule' };
    case 'mailboxsettings':
      return { kind: 'settings', user, setting: 'mailbox-settings' };
    case 'events':
    case 'calendar':
    case 'calendars':
    case 'calendargroups':
    case 'calendarview':
      return { kind: 'calendar', user };
    default:
      return UNKNOWN;
  }
}

const MESSAGE_CALLS = {
  send: 'draft-send',
  reply: 'reply',
  replyall: 'reply',
  forward: 'forward',
  createreply: 'draft-answer',
  createreplyall: 'draft-answer',
  createforward: 'draft-answer',
  attachments: 'attach',
} as const;

function messageCall(method: string, user: string | null, rest: readonly string[]): GraphCall {
  const [id, name, further] = rest;
  if (id === undefined) return method === 'POST' ? { kind: 'draft', user } : UNKNOWN;
  if (name === undefined) {
    if (method === 'PATCH' || method === 'PUT') return { kind: 'draft-update', user, id };
    return method === 'DELETE' ? { kind: 'delete', user, what: 'message', permanent: false } : UNKNOWN;
  }
  if (method !== 'POST') return UNKNOWN;
  const does = operation(name);
  if (further !== undefined)
    return does === 'attachments' && operation(further) === 'createuploadsession' && rest.length === 3
      ? { kind: 'attach-session', user, id }
      : UNKNOWN;
  if (does === 'permanentdelete') return { kind: 'delete', user, what: 'message', permanent: true };
  return isMessageCall(does) ? { kind: MESSAGE_CALLS[does], user, id } : UNKNOWN;
}

function isMessageCall(name: string): name is keyof typeof MESSAGE_CALLS {
  return Object.hasOwn(MESSAGE_CALLS, name);
}

/** A group's threads and events go to all its members by mail. */
function groupCall(method: string, rest: readonly string[]): GraphCall {
  const mails = /^(?:conversations|threads|events|calendar)$/.test(operation(rest[0]));
  return mails && method !== 'DELETE' ? { kind: 'mails', user: null } : UNKNOWN;
}
