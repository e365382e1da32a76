// Google's batch (`multipart/mixed` of `application/http`, at most 100 calls): each call is judged as if it had come by itself (E24).

import type { Action } from '../../classify/action.ts';
import { mediaType } from '../../classify/content-type.ts';
import { batchParts, claimsTooMuch, itemReadings } from '../../classify/embedded-batch.ts';
import { type EmbeddedRequest, readEmbeddedRequest } from '../../classify/embedded-request.ts';
import { type Known, type Learnt, NOTHING_KNOWN } from '../../classify/known.ts';
import { type MultipartPart, readMultipart, writeMultipart } from '../../classify/multipart.ts';
import { isPlainRead, readAction, writeAction } from '../../classify/plain-action.ts';
import { InterlockError } from '../../errors.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Batch } from '../batch.ts';
import { googleError } from '../google-error.ts';
import type { ObservedAnswer } from '../observation.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { unknownMailWrite } from './email-action.ts';
import { classifyGmail, forgottenBy } from './gmail-call.ts';
import { gmailCall } from './gmail-routes.ts';

/** Google's own limit. */
const MAX_ITEMS = 100;

/** The actions of each item, in order; null when the batch can't be taken apart surely. */
export function classifyItems(request: RequestView, body: InspectedBody, known: Known): ReadonlyArray<readonly Action[]> | null {
  const parts = batchParts(request, body, MAX_ITEMS);
  return parts === null ? null : parts.map((part) => classifyItem(request, itemOf(request, part), known));
}

export function gmailBatch(request: RequestView, body: InspectedBody, known: Known): Batch | null {
  const parts = batchParts(request, body, MAX_ITEMS);
  const actions = classifyItems(request, body, known);
  if (parts === null || actions === null) return null;
  let next = 0;
  const items = actions.map((own) => own.map(() => next++));
  const boundary = mediaType(request.headers).parameters.get('boundary') ?? '';
  return {
    items,
    without(refused) {
      const kept = parts.filter((_, index) => !refused.has(index));
      if (kept.length === 0) throw new InterlockError('CONSTRAINT_FAILED', 'every call of the batch is refused');
      const changed = [...refused].map((index) => `batch: took out call ${index + 1}`);
      return { bytes: writeMultipart(boundary, kept.map(withCrlf)), changed };
    },
    join: (answer, refused) => joinAnswer(parts, answer, refused),
  };
}

/** Drafts and uploads that an item may change. What a batch writes is never remembered: its answer says which draft is whose only by the way. */
export function itemsForgotten(request: RequestView, body: InspectedBody): readonly Learnt[] {
  return (batchParts(request, body, MAX_ITEMS) ?? []).flatMap((part) => {
    const item = itemOf(request, part);
    return item === null
      ? []
      : itemReadings(item.view).flatMap((view) => forgottenBy(view, gmailCall(view) ?? { kind: 'unknown' }));
  });
}

function itemOf(request: RequestView, part: MultipartPart): EmbeddedRequest | null {
  const item = readEmbeddedRequest(request, part.body);
  if (item === null) return null;
  // A part may come with a credential of its own; only the batch's is one that anything was judged or remembered for.
  const [own, second] = item.view.headers.all('authorization');
  const isSame = second === undefined && (own === undefined || own === request.headers.get('authorization'));
  return isSame ? item : null;
}

function classifyItem(request: RequestView, item: EmbeddedRequest | null, known: Known): readonly Action[] {
  if (item === null || claimsTooMuch(item.view)) return [unknownMailWrite(request, false)];
  return itemReadings(item.view).flatMap((view) => {
    const call = gmailCall(view);
    if (call?.kind === 'batch') return [unknownMailWrite(view, false)];
    // Two items may bring bytes to one session: which comes first is not known.
    if (call !== null)
      return classifyGmail(view, item.body, call, 'upload' in call && call.upload === 'session' ? NOTHING_KNOWN : known);
    return [isPlainRead(view) ? readAction(view) : writeAction(view)];
  });
}

/** Google's Python client ends its lines in LF alone. */
function withCrlf({ head, body }: MultipartPart): Pick<MultipartPart, 'head' | 'body'> {
  return { head: Buffer.from(head.toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1'), body };
}

/** Throws when the answer is no batch answer: then nobody knows which calls were made. */
function joinAnswer(
  parts: readonly MultipartPart[],
  answer: ObservedAnswer,
  refused: ReadonlyMap<number, Refusal>,
): NativeAnswer {
  const media = mediaType(answer.headers);
  const reading = readMultipart(media, answer.body, { bareLf: true });
  if (reading.problem !== null)
    throw new InterlockError('CONSTRAINT_FAILED', `the answer to the batch could not be read: ${reading.problem}`);
  const answered = [...reading.parts.map(withCrlf)];
  const joined = parts.flatMap((part, index) => {
    const refusal = refused.get(index);
    const next = refusal === undefined ? answered.shift() : refusedPart(part, refusal);
    return next === undefined ? [] : [next];
  });
  const body = writeMultipart(reading.boundary, [...joined, ...answered]);
  return { status: 200, headers: contentType(answer.headers.get('content-type')), body };
}

function contentType(value: string | undefined): string[] {
  return value === undefined ? [] : ['content-type', value];
}

function refusedPart(part: MultipartPart, refusal: Refusal): Pick<MultipartPart, 'head' | 'body'> {
  const document = JSON.stringify(googleError(refusal));
  const id = part.headers.get('content-id');
  const idField = id === undefined ? '' : `Content-ID: ${id.replace(/^<?/, '<response-')}\r\n`;
  const length = Buffer.byteLength(document);
  return {
    head: Buffer.from(`Content-Type: application/http\r\n${idField}\r\n`),
    body: Buffer.from(
      `HTTP/1.1 403 Forbidden\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: ${length}\r\n\r\n${document}`,
    ),
  };
}
