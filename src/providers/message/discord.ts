// Discord: messages to channels and webhooks, as JSON or as multipart with `payload_json`.

import type { Action } from '../../classify/action.ts';
import type { FormField } from '../../classify/form.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider, Recognition } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { fetchHost, messageAction, type MessageVerb } from './message-action.ts';
import { everyOf, firstOf, messageFields, type MessageFields, oneOf } from './message-fields.ts';

export const discord: Provider = {
  name: 'discord',
  family: 'message',
  hosts: ['discord.com', 'discordapp.com', 'ptb.discord.com', 'canary.discord.com'],
  recognise,
  refuse: (_request, refusal) => jsonAnswer(refusal, { message: refusalSentence(refusal), code: 50_013 }),
};

interface Route {
  readonly verb: MessageVerb;
  /** Undefined for a webhook, whose channel only Discord knows, and where a conversation is opened. */
  readonly channel: string | undefined;
}

function recognise(request: RequestView): Recognition | null {
  if (isPlainRead(request)) return null;
  const route = hasAmbiguousPath(request) ? null : routeOf(request);
  if (route === null) {
    const unknown = messageAction(request, { service: 'discord', verb: 'unknown-write', inspected: !hasAmbiguousPath(request) });
    return { need: { kind: 'none' }, classify: () => [unknown] };
  }
  return { need: { kind: 'whole' }, classify: (body) => [action(request, body, route)] };
}

/** Below `/api` or `/api/v10`. */
function routeOf({ method, segments }: RequestView): Route | null {
  const rest = segments[0] === 'api' ? segments.slice(/^v\d{1,2}$/.test(segments[1] ?? '') ? 2 : 1) : [];
  const path = rest.map((segment, at) => (at % 2 === 1 ? ':id' : segment)).join('/');
  const [root, id] = rest;
  if (path === 'users/:id/channels' && id === '@me' && method === 'POST') return { verb: 'invite', channel: undefined };
  if (root === 'webhooks' && rest.length >= 3) return webhookRoute(method, rest);
  if (path === 'channels/:id/messages' && method === 'POST') return { verb: 'send', channel: id };
  if (path === 'channels/:id/messages/:id' && rest[3] === 'bulk-delete' && method === 'POST')
    return { verb: 'change', channel: id };
  if (path === 'channels/:id/messages/:id' && (method === 'PATCH' || method === 'DELETE')) return { verb: 'change', channel: id };
  if (path === 'channels/:id/messages/:id/crosspost' && method === 'POST') return { verb: 'send', channel: id };
  return null;
}

/** `/webhooks/{id}/{token}`, also in Slack's and GitHub's forms; `…/messages/{id}` edits what was sent. */
function webhookRoute(method: string, rest: readonly string[]): Route | null {
  const [, , , kind, ...more] = rest;
  if (method === 'POST' && (kind === undefined || ((kind === 'slack' || kind === 'github') && more.length === 0)))
    return { verb: 'send', channel: undefined };
  if (kind === 'messages' && more.length === 1 && (method === 'PATCH' || method === 'DELETE'))
    return { verb: 'change', channel: undefined };
  return null;
}

function action(request: RequestView, body: InspectedBody, { verb, channel }: Route): Action {
  const read = payloadFields(request, body);
  if (verb === 'invite') return opening(request, read);
  const webhook = channel === undefined;
  if (read === null) return messageAction(request, { service: 'discord', verb, inspected: false, webhook });
  const content = firstOf(read.fields, 'content', 'text');
  return messageAction(request, {
    service: 'discord',
    verb,
    inspected: content !== null,
    channels: channel === undefined ? undefined : [channel],
    text: content ?? undefined,
    mentions: [...(content ?? '').matchAll(/@(everyone|here)\b|<@[!&]?(\d{1,20})>/g)].map(([, special, id]) =>
      special === undefined ? (id ?? '') : `@${special}`,
    ),
    attachments: read.files,
    fetchHosts: read.fields.filter(isFetched).map(({ value }) => fetchHost(value)),
    webhook,
  });
}

/** A direct conversation with one user (`recipient_id`), or with several that gave their tokens. */
function opening(request: RequestView, read: MessageFields | null): Action {
  const one = read === null ? null : oneOf(read.fields, 'recipient_id');
  const tokens = read === null ? [] : everyOf(read.fields, 'access_tokens');
  return messageAction(request, {
    service: 'discord',
    verb: 'invite',
    inspected: typeof one === 'string' && tokens.length === 0,
    members: typeof one === 'string' ? [one] : undefined,
  });
}

/** Images of embeds are fetched by Discord; `attachment://` is one of the request's own files. */
function isFetched({ path, value }: FormField): boolean {
  return (
    path[0] === 'embeds' &&
    path.length > 2 &&
    /^(?:url|icon_url|proxy_url)$/.test(path.at(-1) ?? '') &&
    !value.startsWith('attachment://')
  );
}

/** Beside files, the message stands as JSON in `payload_json`; a field of its own beside that has two readings. */
function payloadFields(request: RequestView, body: InspectedBody): MessageFields | null {
  const read = messageFields({ ...request, query: '' }, body);
  if (read === null) return null;
  const payload = oneOf(read.fields, 'payload_json');
  if (payload === undefined) return read;
  if (payload === null || oneOf(read.fields, 'content') !== undefined) return null;
  const json = { ...request, query: '', headers: request.headers.with('content-type', 'application/json') };
  const inner = messageFields(json, { bytes: Buffer.from(payload), problem: null });
  return inner === null ? null : { fields: inner.fields, files: read.files };
}
