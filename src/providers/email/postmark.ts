// Postmark: POST /email and its kin are mail; servers, templates, streams, webhooks and every other write are unknown ones.

import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, type Json } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Batch } from '../batch.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { type Refusal, refusalSentence } from '../refusal.ts';
import { unreadSend } from './email-action.ts';
import { type BatchActions, batchActions, listBatch } from './mail-batch.ts';
import { jsonCall, mailEdit, type MailCall, mailRecognition, oneJson, type SendCall } from './mail-call.ts';
import { mailDocument } from './mail-json.ts';
import { POSTMARK_BULK, POSTMARK_MAIL, readPostmarkMail } from './postmark-mail.ts';

export const postmark: Provider = {
  name: 'postmark',
  family: 'email',
  hosts: ['api.postmarkapp.com'],
  recognise: (request) => (isPlainRead(request) ? null : mailRecognition(request, callOf)),
  refuse: (_request, refusal) => jsonAnswer(refusal, denied(refusal)),
  edit: (request, body, change) => mailEdit(request, body, change, callOf),
  batch,
};

/** The SDK shows `Message`. `ErrorCode` 406 with status 422 would be read as an inactive recipient. */
function denied(refusal: Refusal): { readonly ErrorCode: number; readonly Message: string } {
  return { ErrorCode: 403, Message: refusalSentence(refusal) };
}

/** The API's own limit. */
const MAX_ITEMS = 500;

interface BatchForm {
  readonly list: (document: Json) => readonly Json[] | null;
  readonly document: (list: readonly Json[]) => Json;
}

const BATCHES: ReadonlyMap<string, BatchForm> = new Map([
  ['email/batch', { list: (document) => (isJsonArray(document) ? document : null), document: (list) => list }],
  [
    'email/batchWithTemplates',
    {
      list: (document) => {
        const messages = isJsonObject(document) && Object.keys(document).length === 1 ? document['Messages'] : undefined;
        return isJsonArray(messages) ? messages : null;
      },
      document: (list) => ({ Messages: list }),
    },
  ],
]);

const CALLS: ReadonlyMap<string, MailCall> = new Map<string, MailCall>([
  ['email', oneJson(POSTMARK_MAIL)],
  ['email/withTemplate', oneJson(POSTMARK_MAIL)],
  ['email/bulk', oneJson(POSTMARK_BULK)],
  ...[...BATCHES].map(([path, form]): [string, MailCall] => [path, batchCall(form)]),
]);

/** Paths are matched without regard to case, as the API's router does; only the documented spelling is read. */
const FOLDED: ReadonlyMap<string, MailCall> = new Map([...CALLS].map(([path, call]) => [path.toLowerCase(), call]));

function callOf(request: RequestView): MailCall | null {
  return request.method === 'POST' ? (FOLDED.get(request.segments.join('/').toLowerCase()) ?? null) : null;
}

function batchCall(form: BatchForm): SendCall {
  const call = jsonCall(POSTMARK_MAIL, form.list, (items) => form.document(items));
  return { ...call, classify: (request, body) => itemActions(request, body, form)?.actions ?? [unreadSend(request)] };
}

function itemActions(request: RequestView, body: InspectedBody, form: BatchForm): BatchActions | null {
  const list = listOf(request, body, form);
  return list === null || list.length === 0
    ? null
    : batchActions(
        request,
        list.map((item) => readPostmarkMail(item, request)),
      );
}

function listOf(request: RequestView, body: InspectedBody, form: BatchForm): readonly Json[] | null {
  const document = mailDocument(request, body);
  const list = document === undefined ? null : form.list(document);
  return list === null || list.length > MAX_ITEMS ? null : list;
}

function batch(request: RequestView, body: InspectedBody): Batch | null {
  const form = BATCHES.get(request.segments.join('/'));
  const list = form === undefined ? null : listOf(request, body, form);
  if (form === undefined || list === null || list.length === 0 || callOf(request) === null) return null;
  const { items } = batchActions(
    request,
    list.map((item) => readPostmarkMail(item, request)),
  );
  return listBatch({ list, items, document: form.document, denied: (refusal) => ({ ...denied(refusal) }) });
}
