// The Gmail API: mail in JSON, uploads and drafts, settings that forward it, deletion, and batches of all of these.

import type { Action } from '../../classify/action.ts';
import { NOTHING_KNOWN } from '../../classify/known.ts';
import { mediaType } from '../../classify/content-type.ts';
import { writeMultipart } from '../../classify/multipart.ts';
import { hasAmbiguousPath } from '../../classify/plain-action.ts';
import { isJsonObject, writeJson } from '../../classify/strict-json.ts';
import { InterlockError } from '../../errors.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { BodyEdit, EditedBody } from '../body-edit.ts';
import { googleAnswer } from '../google-error.ts';
import type { CopyObservation, Observation, ObservedAnswer } from '../observation.ts';
import type { Provider, Recognition } from '../provider.ts';
import { setField } from '../set-field.ts';
import { unknownMailWrite } from './email-action.ts';
import { classifyItems, gmailBatch, itemsForgotten } from './gmail-batch.ts';
import { classifyGmail, draftLearnt, forgottenBy } from './gmail-call.ts';
import { readGmailContent, uploadParts } from './gmail-mail.ts';
import { GMAIL_HOST, GOOGLE_HOST, type GmailCall, gmailCall } from './gmail-routes.ts';
import { sessionLearnt } from './gmail-session.ts';
import { withMembers } from './mail-json.ts';
import { mailDocument } from './mail-json.ts';
import { keepMimeRecipients } from './mime-recipients.ts';

/** A draft's answer holds ids and labels only. */
const ANSWER_LIMIT_BYTES = 64 * 1024;

export const gmail: Provider = {
  name: 'gmail',
  family: 'email',
  hosts: [GMAIL_HOST, GOOGLE_HOST],
  /** Whose quota it is, and whose rules. */
  accountHeaders: ['x-goog-user-project'],
  recognise,
  refuse: (_request, refusal) => googleAnswer(refusal),
  edit,
  observe,
  batch: (request, body, known) => (isBatch(request) ? gmailBatch(request, body, known) : null),
};

function isBatch(request: RequestView): boolean {
  return gmailCall(request)?.kind === 'batch' && !hasAmbiguousPath(request);
}

function recognise(request: RequestView): Recognition | null {
  const call = gmailCall(request);
  if (call === null) return null;
  return {
    need: { kind: 'whole' },
    classify: (body, known) =>
      isBatch(request) ? classifyBatch(request, body, known) : classifyGmail(request, body, call, known),
  };
}

function classifyBatch(request: RequestView, body: InspectedBody, known = NOTHING_KNOWN): readonly Action[] {
  return classifyItems(request, body, known)?.flat() ?? [unknownMailWrite(request, false)];
}

function observe(request: RequestView, body: InspectedBody, actions: readonly Action[]): Observation | null {
  const call = gmailCall(request);
  if (call === null) return null;
  const [action] = actions;
  const beforehand = isBatch(request) ? itemsForgotten(request, body) : forgottenBy(request, call);
  const read = action === undefined || hasAmbiguousPath(request) ? null : readerOf(request, call, action);
  if (read === null) return beforehand.length === 0 ? null : { kind: 'copy', limitBytes: 0, beforehand, read: () => [] };
  return { kind: 'copy', limitBytes: ANSWER_LIMIT_BYTES, beforehand, read };
}

/** What the answer may tell: where an upload's bytes are to go, or under which id a draft lies. */
function readerOf(request: RequestView, call: GmailCall, action: Action): CopyObservation['read'] | null {
  if ('upload' in call && call.upload === 'open')
    return action.facts['inspected'] === true ? (answer) => sessionLearnt(request, answer) : null;
  return call.kind === 'draft' ? (answer) => draftLearnt(call, action, documentOf(answer)) : null;
}

function documentOf(answer: ObservedAnswer): unknown {
  if (answer.status !== 200) return null;
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch {
    return null;
  }
}

function edit(request: RequestView, body: InspectedBody, change: BodyEdit): EditedBody {
  if (change.kind !== 'keep-recipients') return setField(request, body, change);
  const call = gmailCall(request);
  if (call === null || !('upload' in call)) throw unreadable();
  const content = readGmailContent(request, body, call.upload, call.kind === 'draft' || call.kind === 'draft-send');
  if (content?.raw === null || content?.raw === undefined) throw unreadable();
  const kept = keepMimeRecipients(content.raw, new Set(change.domains));
  if (kept.changed.length === 0) return { bytes: body.bytes, changed: [] };
  return { bytes: withRaw(request, body, call, kept.bytes), changed: kept.changed };
}

/** The same body around another message. */
function withRaw(
  request: RequestView,
  body: InspectedBody,
  call: Extract<GmailCall, { readonly upload: unknown }>,
  raw: Buffer,
): Buffer {
  if (call.upload === 'media') return raw;
  if (call.upload === 'multipart') {
    const parts = uploadParts(request, body.bytes);
    if (parts === null) throw unreadable();
    const boundary = mediaType(request.headers).parameters.get('boundary') ?? '';
    return writeMultipart(boundary, [parts[0], { head: parts[1].head, body: raw }]);
  }
  const document = mailDocument(request, body);
  if (!isJsonObject(document)) throw unreadable();
  const message = call.kind === 'draft' || call.kind === 'draft-send' ? document['message'] : document;
  if (!isJsonObject(message)) throw unreadable();
  const edited = withMembers(message, { raw: raw.toString('base64url') });
  return Buffer.from(writeJson(message === document ? edited : withMembers(document, { message: edited })));
}

function unreadable(): InterlockError {
  return new InterlockError('CONSTRAINT_FAILED', 'the message could not be read to take recipients out');
}
