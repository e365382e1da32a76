// `keep-recipients` for Microsoft Graph: in the JSON of sendMail and of drafts, or in the MIME message that stands for it.

import { looseKeys } from '../../classify/loose-members.ts';
import { isJsonObject, type Json, type JsonObject, writeJson } from '../../classify/strict-json.ts';
import { InterlockError } from '../../errors.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { EditedBody } from '../body-edit.ts';
import { LIST_NAMES, mimeBody, readGraphLists, readGraphMessage } from './graph-mail.ts';
import { graphCall } from './graph-routes.ts';
import { keepRecipients, nobodyLeft, type RecipientField } from './keep-recipients.ts';
import { mailDocument, withMembers } from './mail-json.ts';
import { keepMimeRecipients } from './mime-recipients.ts';

const FIELDS: Readonly<Record<(typeof LIST_NAMES)[number], RecipientField>> = {
  toRecipients: 'to',
  ccRecipients: 'cc',
  bccRecipients: 'bcc',
};

/** Throws CONSTRAINT_FAILED for every other operation, and when it can't be read surely or nobody is left. */
export function keepGraphRecipients(request: RequestView, body: InspectedBody, domains: ReadonlySet<string>): EditedBody {
  const call = graphCall(request);
  if (call?.kind !== 'send' && call?.kind !== 'draft') throw unreadable();
  const raw = mimeBody(request, body);
  if (raw !== null) {
    const kept = keepMimeRecipients(raw, domains);
    return kept.changed.length === 0
      ? { bytes: body.bytes, changed: [] }
      : { bytes: Buffer.from(kept.bytes.toString('base64')), changed: kept.changed };
  }
  const document = mailDocument(request, body);
  if (!isJsonObject(document)) throw unreadable();
  const key = call.kind === 'draft' ? undefined : looseKeys(document, ['message'])?.get('message');
  const message = key === undefined ? document : document[key];
  if ((key === undefined && call.kind === 'send') || !isJsonObject(message)) throw unreadable();
  const changed: string[] = [];
  const edited = keptMessage(message, domains, changed);
  if (changed.length === 0) return { bytes: body.bytes, changed };
  return { bytes: Buffer.from(writeJson(key === undefined ? edited : withMembers(document, { [key]: edited }))), changed };
}

/** Every list keeps the spelling of its name. */
function keptMessage(message: JsonObject, domains: ReadonlySet<string>, changed: string[]): JsonObject {
  const lists = readGraphMessage(message, null) === null ? null : readGraphLists(message);
  const keys = looseKeys(message, LIST_NAMES);
  if (lists === null || keys === null) throw unreadable();
  const kept = keepRecipients(lists, domains);
  if (kept.lists === null) throw nobodyLeft();
  changed.push(...kept.changed);
  const members: Record<string, Json> = {};
  for (const name of LIST_NAMES) {
    const key = keys.get(name);
    const entries = kept.lists[FIELDS[name]].map((recipient) => recipient.entry);
    if (key !== undefined || entries.length > 0) members[key ?? name] = entries;
  }
  return withMembers(message, members);
}

function unreadable(): InterlockError {
  return new InterlockError('CONSTRAINT_FAILED', 'the message could not be read to take recipients out');
}
