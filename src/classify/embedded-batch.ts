// A batch in `multipart/mixed` (Google's APIs, Azure's storage): its parts, each a request in itself, and the ways to read each of them (E24).

import type { InspectedBody } from '../http/inspected-body.ts';
import type { RequestView } from '../http/request-view.ts';
import { mediaType } from './content-type.ts';
import { type MultipartPart, readMultipart } from './multipart.ts';

const MAX_CLAIMED_METHODS = 4;

/** The parts in order, none but requests; null when the batch can't be taken apart surely, has none, or more than its API takes. */
export function batchParts(request: RequestView, body: InspectedBody, maxItems: number): readonly MultipartPart[] | null {
  if (body.problem !== null) return null;
  const media = mediaType(request.headers);
  const { parts, problem } = readMultipart(media, body.bytes, { bareLf: true });
  if (problem !== null || media.type !== 'multipart/mixed' || parts.length === 0 || parts.length > maxItems) return null;
  return parts.every((part) => part.type === 'application/http') ? parts : null;
}

/** More methods are claimed than any client has reason for: what it would do can't be said. */
export function claimsTooMuch(view: RequestView): boolean {
  return view.claimedMethods.length > MAX_CLAIMED_METHODS;
}

/** An item under its own method and under each that its fields claim, as the registry does for requests that come by themselves. */
export function itemReadings(view: RequestView): readonly RequestView[] {
  return [view, ...view.claimedMethods.filter((method) => method !== view.method).map((method) => ({ ...view, method }))];
}
