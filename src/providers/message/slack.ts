// Slack: its Web API, where every method answers to GET and to POST (E2), its incoming webhooks, and its upload host.

import type { Action } from '../../classify/action.ts';
import type { FormField } from '../../classify/form.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { declaredBytes, fileAction } from '../file/file-action.ts';
import type { Provider, Recognition } from '../provider.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';
import { fetchHost, messageAction } from './message-action.ts';
import { everyOf, firstOf, messageFields, type MessageFields, oneOf } from './message-fields.ts';
import { type SlackEffect, slackEffect } from './slack-methods.ts';

const UPLOAD_HOST = 'files.slack.com';
const WEBHOOK_HOSTS: ReadonlySet<string> = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);

export const slack: Provider = {
  name: 'slack',
  family: 'message',
  hosts: [
    'slack.com',
    'www.slack.com',
    'api.slack.com',
    'slack-gov.com',
    UPLOAD_HOST,
    ...WEBHOOK_HOSTS,
    '*.slack.com',
    '*.slack-gov.com',
  ],
  recognise,
  refuse,
};

function recognise(request: RequestView): Recognition | null {
  const { host } = request.authority;
  if (host === UPLOAD_HOST) return isPlainRead(request) ? null : upload(request);
  if (WEBHOOK_HOSTS.has(host)) {
    return isPlainRead(request) ? null : { need: { kind: 'whole' }, classify: (body) => [webhook(request, body)] };
  }
  const method = methodOf(request);
  if (method === null) {
    // Methods answer to GET: a path that may be read as one is no read (E11).
    if (isPlainRead(request) && !hasAmbiguousPath(request)) return null;
    return { need: { kind: 'none' }, classify: () => [unknownWrite(request, !hasAmbiguousPath(request))] };
  }
  const effect = slackEffect(method);
  if (effect === 'read' && isPlainRead(request)) return null;
  const sure = request.method === 'POST' || request.method === 'GET';
  return { need: { kind: 'whole' }, classify: (body) => [call(request, body, sure ? effect : null)] };
}

/** `/api/{method}`; null when the path names none. */
function methodOf(request: RequestView): string | null {
  const [root, method, ...more] = request.segments;
  return root === 'api' && method !== undefined && more.length === 0 && !hasAmbiguousPath(request) ? method : null;
}

function call(request: RequestView, body: InspectedBody, effect: SlackEffect | null): Action {
  const read = messageFields(request, body);
  if (effect === null) return unknownWrite(request, read !== null);
  if (effect === 'upload') return fileAction(request, { verb: 'upload', inspected: read !== null, part: true });
  if (read === null)
    return messageAction(request, { service: 'slack', verb: effect === 'read' ? 'unknown-write' : effect, inspected: false });
  if (effect === 'invite') return invitation(request, read);
  return effect === 'read'
    ? messageAction(request, { service: 'slack', verb: 'read', inspected: true })
    : message(request, read, effect);
}

/** `users=U1,U2`, into a channel or a conversation that is opened for them; `emails` and `user_ids` are of another organisation. */
function invitation(request: RequestView, { fields }: MessageFields): Action {
  const channels = firstOf(fields, 'channel', 'channel_id', 'channels');
  const names = ['users', 'user_ids', 'emails'].flatMap((name) => everyOf(fields, name));
  const lists = names.map(membersIn);
  const members = lists.flatMap((list) => list ?? []).filter((name) => name !== '');
  return messageAction(request, {
    service: 'slack',
    verb: 'invite',
    inspected: channels !== null && !lists.includes(null) && (members.length > 0 || channels !== undefined),
    channels: channels === null || channels === undefined ? undefined : [channels],
    members,
  });
}

/** The client puts a list into a form as JSON, people write it with commas. Null: it looks like the first and can't be read as such. */
function membersIn(text: string): readonly string[] | null {
  if (!text.trimStart().startsWith('[')) return text.split(',');
  const { value } = readJson(Buffer.from(text));
  if (!isJsonArray(value)) return null;
  const names = value.filter((name) => typeof name === 'string');
  return names.length === value.length ? names : null;
}

function message(request: RequestView, { fields, files }: MessageFields, verb: 'send' | 'change'): Action {
  const channels = firstOf(fields, 'channel', 'channel_id', 'channels', 'user_id');
  const text = firstOf(fields, 'text', 'markdown_text', 'initial_comment');
  // A webhook's address says the channel; a file may be kept without one; nothing else is said to nobody.
  const placed = channels !== undefined || request.segments[0] !== 'api' || oneOf(fields, 'files') !== undefined;
  const built = structures(fields);
  return messageAction(request, {
    service: 'slack',
    verb,
    inspected: placed && channels !== null && text !== null && built !== null,
    channels: channels === null || channels === undefined ? undefined : channels.split(','),
    text: text ?? undefined,
    mentions: mentionsIn([text ?? '', ...(built?.texts ?? [])]),
    attachments: [...files, ...filesIn(fields)],
    fetchHosts: built?.fetchHosts ?? [],
    scheduled: oneOf(fields, 'post_at') !== undefined,
  });
}

/** `chunks` are what a streamed message is made of, `view` is a user's own page. */
const STRUCTURES: ReadonlySet<string> = new Set(['blocks', 'attachments', 'chunks', 'view']);

/** They are JSON inside a form field (E17), or JSON itself. Null when one can't be read. */
function structures(fields: readonly FormField[]): { texts: string[]; fetchHosts: string[] } | null {
  const texts: string[] = [];
  const fetchHosts: string[] = [];
  for (const { path, value } of fields) {
    const [root] = path;
    if (!STRUCTURES.has(root ?? '')) continue;
    if (path.length > 1) note(path.at(-1) ?? '', value, texts, fetchHosts);
    else if (value !== '') {
      const reading = readJson(Buffer.from(value));
      if (reading.problem !== null) return null;
      walk(reading.value, texts, fetchHosts);
    }
  }
  return { texts, fetchHosts };
}

/** Depth and size are bounded by the reader of the JSON. */
function walk(value: Json, texts: string[], fetchHosts: string[]): void {
  const open: Json[] = [value];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (isJsonArray(item)) open.push(...item);
    else if (isJsonObject(item)) {
      for (const [key, member] of Object.entries(item)) {
        if (typeof member === 'string') note(key, member, texts, fetchHosts);
        else open.push(member);
      }
    }
  }
}

function note(key: string, text: string, texts: string[], fetchHosts: string[]): void {
  if (/^(?:image_url|thumb_url|author_icon|footer_icon|video_url|thumbnail_url)$/.test(key)) fetchHosts.push(fetchHost(text));
  else texts.push(text);
}

const MENTION =
  /<(?:!(channel|here|everyone)|!subteam\^([A-Z0-9]{1,30})|@([A-Z0-9]{1,30}))(?:\|[^>]{0,100})?>|(?:^|\s)@(channel|here|everyone)\b/g;

function mentionsIn(texts: readonly string[]): string[] {
  return texts.flatMap((text) =>
    [...text.matchAll(MENTION)].map(([, special, group, user, plain]) =>
      special !== undefined || plain !== undefined ? `@${special ?? plain ?? ''}` : (group ?? user ?? ''),
    ),
  );
}

/** `files` is JSON: what was uploaded before, by id and title. */
function filesIn(fields: readonly FormField[]): string[] {
  const texts = everyOf(fields, 'files').filter((value) => value.startsWith('['));
  return texts.flatMap((text) => {
    const { value } = readJson(Buffer.from(text));
    return isJsonArray(value) ? value.flatMap((file) => (isJsonObject(file) ? [titleOf(file)] : [])) : [];
  });
}

/** INVARIANT: a file without a title is one all the same. */
function titleOf({ title, id }: JsonObject): string {
  return typeof title === 'string' ? title : typeof id === 'string' ? id : 'unknown';
}

/** The address is the credential and says the channel; the message is JSON, or JSON in the field `payload`. */
function webhook(request: RequestView, body: InspectedBody): Action {
  const read = messageFields(request, body);
  const payload = read === null ? null : oneOf(read.fields, 'payload');
  const fields =
    payload === undefined
      ? read
      : payload === null
        ? null
        : messageFields(asJson(request), { bytes: Buffer.from(payload), problem: null });
  if (fields === null) return messageAction(request, { service: 'slack', verb: 'send', inspected: false, webhook: true });
  const action = message(request, fields, 'send');
  return { ...action, facts: { ...action.facts, webhook: true } };
}

function asJson(request: RequestView): RequestView {
  return { ...request, query: '', headers: request.headers.with('content-type', 'application/json') };
}

/** The second of three steps: the bytes go out here, the message that shows them follows (E23). */
function upload(request: RequestView): Recognition {
  return {
    need: { kind: 'none' },
    classify: () => [
      fileAction(request, { verb: 'upload', inspected: !hasAmbiguousPath(request), bytes: declaredBytes(request), part: true }),
    ],
  };
}

function unknownWrite(request: RequestView, inspected: boolean): Action {
  return messageAction(request, { service: 'slack', verb: 'unknown-write', inspected });
}

/** 200 with `ok: false`: for a 403 the SDK shows a status and nothing else. Webhooks and uploads answer in plain text. */
function refuse(request: RequestView, refusal: Refusal): NativeAnswer {
  const { host } = request.authority;
  const sentence = refusalSentence(refusal);
  if (host === UPLOAD_HOST || WEBHOOK_HOSTS.has(host)) {
    return {
      status: 403,
      headers: ['content-type', 'text/plain; charset=utf-8'],
      body: Buffer.from(`action_prohibited: ${sentence}`),
    };
  }
  const document = { ok: false, error: 'restricted_action', response_metadata: { messages: [`[ERROR] ${sentence}`] } };
  return {
    status: 200,
    headers: ['content-type', 'application/json; charset=utf-8'],
    body: Buffer.from(JSON.stringify(document)),
  };
}
