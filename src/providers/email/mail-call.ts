// What one request to a mail API is: a send, a campaign, or some other write; and how it is classified and edited the same for all vendors.

import type { Action } from '../../classify/action.ts';
import { hasAmbiguousPath } from '../../classify/plain-action.ts';
import { isJsonArray, type Json, writeJson } from '../../classify/strict-json.ts';
import { InterlockError } from '../../errors.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { BodyEdit, EditedBody } from '../body-edit.ts';
import type { Recognition } from '../provider.ts';
import { setField } from '../set-field.ts';
import { type Campaign, campaignAction, sendActions, unknownMailWrite, unreadSend } from './email-action.ts';
import { nobodyLeft } from './keep-recipients.ts';
import { mailDocument } from './mail-json.ts';
import { MAX_RECIPIENTS, type MailMessage, recipientsOf } from './mail-message.ts';

export interface SendCall {
  readonly kind: 'send';
  /** Null when any sender or recipient can't be read surely. */
  readonly read: (request: RequestView, body: InspectedBody) => readonly MailMessage[] | null;
  /** How the call's actions are named, where it is not one for each sender and subject. */
  readonly classify?: (request: RequestView, body: InspectedBody) => readonly Action[];
  /** Takes recipients outside `domains` out. Throws CONSTRAINT_FAILED. Absent: the API's signatures or its format do not allow it. */
  readonly keep?: (request: RequestView, body: InspectedBody, domains: ReadonlySet<string>) => EditedBody;
}

export interface CampaignCall {
  readonly kind: 'campaign';
  /** Unless the body says better. */
  readonly operation: Campaign['operation'];
  /** What of it the request says; null when its body can't be read surely. */
  readonly read: (request: RequestView, body: InspectedBody) => Partial<Campaign> | null;
}

export type MailCall = SendCall | CampaignCall;

/** Null: some other write. */
type CallOf = (request: RequestView) => MailCall | null;

/** The recognition of any request to a mail API that is no plain read. */
export function mailRecognition(request: RequestView, callOf: CallOf): Recognition {
  const ambiguous = hasAmbiguousPath(request);
  const call = ambiguous ? null : callOf(request);
  return {
    need: { kind: 'whole' },
    classify: (body) => {
      if (call === null) return [unknownMailWrite(request, !ambiguous && body.problem === null)];
      return call.kind === 'send' ? classifySend(request, body, call) : [classifyCampaign(request, body, call)];
    },
  };
}

function classifySend(request: RequestView, body: InspectedBody, call: SendCall): readonly Action[] {
  if (body.problem !== null) return [unreadSend(request)];
  if (call.classify !== undefined) return call.classify(request, body);
  const messages = call.read(request, body);
  return messages === null || messages.length === 0 ? [unreadSend(request)] : sendActions(request, messages);
}

function classifyCampaign(request: RequestView, body: InspectedBody, call: CampaignCall): Action {
  const { operation } = call;
  const campaign = body.problem === null ? call.read(request, body) : null;
  return campaignAction(request, { operation, ...campaign }, campaign !== null);
}

/** Throws CONSTRAINT_FAILED where the call can't be changed faithfully. */
export function mailEdit(request: RequestView, body: InspectedBody, change: BodyEdit, callOf: CallOf): EditedBody {
  if (change.kind !== 'keep-recipients') return setField(request, body, change);
  const call = hasAmbiguousPath(request) ? null : callOf(request);
  if (call?.kind !== 'send' || call.keep === undefined || body.problem !== null) throw unreadable();
  return call.keep(request, body, new Set(change.domains));
}

export function unreadable(): InterlockError {
  return new InterlockError('CONSTRAINT_FAILED', 'the message could not be read to take recipients out');
}

/** How one API's JSON documents hold messages. */
export interface JsonMail {
  /** The messages of one item (a document, or a member of a batch); null when it can't be read surely. */
  readonly read: (item: Json, request: RequestView) => readonly MailMessage[] | null;
  /**
   * The item without recipients outside `domains`: itself when nothing had to change, null when nobody is left of it. Told in `changed`.
   * Only called with items that `read` can read. Throws CONSTRAINT_FAILED.
   */
  readonly keep?: (item: Json, domains: ReadonlySet<string>, changed: string[]) => Json | null;
}

/** Reads an item that is one message. */
export function oneMessage(read: (item: Json, request: RequestView) => MailMessage | null): JsonMail['read'] {
  return (item, request) => {
    const message = read(item, request);
    return message === null ? null : [message];
  };
}

/** One JSON document that is one item. */
export function oneJson(mail: JsonMail): SendCall {
  return jsonCall(
    mail,
    (document) => (isJsonArray(document) ? null : [document]),
    ([item]) => item ?? null,
  );
}

/** A JSON array of items. A single one where a list is due is not what the API documents. */
export function manyJson(mail: JsonMail): SendCall {
  return jsonCall(
    mail,
    (document) => (isJsonArray(document) ? document : null),
    (items) => items,
  );
}

/** `itemsOf` is null when the document is none; `join` makes one of what is left of the items (never none). */
export function jsonCall(
  mail: JsonMail,
  itemsOf: (document: Json) => readonly Json[] | null,
  join: (items: readonly Json[], document: Json) => Json,
): SendCall {
  const read: SendCall['read'] = (request, body) => {
    const document = mailDocument(request, body);
    const items = document === undefined ? null : itemsOf(document);
    return items === null ? null : readItems(items, mail, request);
  };
  const { keep } = mail;
  if (keep === undefined) return { kind: 'send', read };
  return {
    kind: 'send',
    read,
    keep: (request, body, domains) => {
      const document = mailDocument(request, body);
      const items = document === undefined ? null : itemsOf(document);
      if (document === undefined || items === null || readItems(items, mail, request) === null) throw unreadable();
      const changed: string[] = [];
      const kept = items.map((item) => keep(item, domains, changed)).filter((item) => item !== null);
      if (kept.length === 0) throw nobodyLeft();
      if (changed.length === 0) return { bytes: body.bytes, changed };
      return { bytes: Buffer.from(writeJson(join(kept, document))), changed };
    },
  };
}

function readItems(items: readonly Json[], mail: JsonMail, request: RequestView): readonly MailMessage[] | null {
  const messages: MailMessage[] = [];
  let recipients = 0;
  for (const item of items) {
    const read = mail.read(item, request);
    if (read === null) return null;
    messages.push(...read);
    recipients += read.reduce((sum, message) => sum + recipientsOf(message).length, 0);
    if (recipients > MAX_RECIPIENTS) return null;
  }
  return messages;
}
