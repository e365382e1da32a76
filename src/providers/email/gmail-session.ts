// Gmail's resumable uploads: a session that one request opens, and the mail that a later PUT brings to it by its id alone (E23, E31).

import { mediaType } from '../../classify/content-type.ts';
import type { Known, Learnt } from '../../classify/known.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { ObservedAnswer } from '../observation.ts';
import { readGmailContent } from './gmail-mail.ts';

const KIND = 'gmail-upload';
const TYPE = 'x-upload-content-type';
const LENGTH = 'x-upload-content-length';

/**
 * Opening a session sends nothing, when all that it says besides could be read and holds no message: labels and a thread. Two messages in
 * one upload, and the id of a stored draft, leave it to the vendor what goes out.
 */
export function opensPlainly(request: RequestView, body: InspectedBody, isDraft: boolean): boolean {
  if (request.claimedMethods.length > 0 || declaredLength(request) === null) return false;
  const [type, second] = request.headers.all(TYPE);
  if (type?.trim().toLowerCase() !== 'message/rfc822' || second !== undefined) return false;
  if (body.problem !== null || body.bytes.length === 0) return body.problem === null;
  const content = readGmailContent(request, body, 'json', isDraft);
  return content !== null && content.raw === null && content.draftId === null;
}

/** Where the answer says that the bytes go. INVARIANT: only to the same host and the same path, which say what is done with them. */
export function sessionLearnt(request: RequestView, { status, headers }: ObservedAnswer): readonly Learnt[] {
  const [location, second] = headers.all('location');
  if (status !== 200 || location === undefined || second !== undefined || !URL.canParse(location)) return [];
  const { protocol, hostname, port, pathname, searchParams } = new URL(location);
  const [id, another] = idsIn(searchParams);
  const { host } = request.authority;
  if (protocol !== 'https:' || hostname !== host || port !== '' || pathname !== request.path) return [];
  if (id === undefined || another !== undefined) return [];
  const bytes = declaredLength(request);
  return [{ kind: KIND, id, facts: { path: request.path, ...(typeof bytes === 'number' ? { bytes } : {}) } }];
}

/**
 * Sessions that this request may write to, whatever its path or method: from now on nobody knows which bytes they hold. INVARIANT: a part
 * that went before would be the beginning of a mail whose end alone is read here.
 */
export function sessionsForgotten(request: RequestView): readonly Learnt[] {
  return idsIn(new URLSearchParams(request.query)).map((id) => ({ kind: KIND, id, facts: {} }));
}

/**
 * The whole message that this PUT brings. Null: it is a part of one, or nobody knows the session, or something went there before, a try
 * that failed as well: what of it arrived is not known.
 */
export function sessionMessage(request: RequestView, body: InspectedBody, known: Known): Buffer | null {
  const [id, second] = idsIn(new URLSearchParams(request.query));
  if (id === undefined || second !== undefined || body.problem !== null || body.bytes.length === 0) return null;
  const facts = known.find(KIND, id);
  const { length } = body.bytes;
  const isOpen = facts?.['path'] === request.path && (facts['bytes'] ?? length) === length;
  return isOpen && bringsAll(request, length) ? body.bytes : null;
}

/** `bytes 0-41/42`, or no range at all (RFC 9110 §14.5). A coded body has other places than those that are counted here. */
function bringsAll(request: RequestView, length: number): boolean {
  const media = mediaType(request.headers);
  const isMessage = media.problem === null && (media.type === 'message/rfc822' || media.type === '');
  const ranges = request.headers.all('content-range');
  const isWhole = ranges.length === 0 || ranges.join() === `bytes 0-${length - 1}/${length}`;
  return isMessage && isWhole && !request.headers.has('content-encoding') && request.claimedMethods.length === 0;
}

/** Undefined when it says none; null when it is no plain number. */
function declaredLength(request: RequestView): number | undefined | null {
  const values = request.headers.all(LENGTH);
  if (values.length === 0) return undefined;
  const text = values.join();
  return /^[1-9][0-9]{0,11}$/.test(text) ? Number(text) : null;
}

/** In whatever spelling a lenient server might take. */
function idsIn(query: URLSearchParams): string[] {
  return [...query].filter(([name]) => /^upload[-_]?id$/i.test(name)).map(([, id]) => id);
}
