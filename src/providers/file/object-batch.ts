// Batches of an object store's calls: each is judged as if it had come by itself, and one that can't be read may do anything.

import type { Action } from '../../classify/action.ts';
import { batchParts, claimsTooMuch, itemReadings } from '../../classify/embedded-batch.ts';
import { readEmbeddedRequest } from '../../classify/embedded-request.ts';
import { isPlainRead, readAction } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { fileAction } from './file-action.ts';

export interface ObjectBatch {
  readonly maxItems: number;
  /** What one call does by itself; null: it is none of this API's. */
  readonly classify: (view: RequestView) => Action | null;
}

/** Null when the batch can't be taken apart surely. */
export function objectBatch(request: RequestView, body: InspectedBody, batch: ObjectBatch): readonly Action[] | null {
  const parts = batchParts(request, body, batch.maxItems);
  if (parts === null) return null;
  const unread = fileAction(request, { verb: 'unknown-write', inspected: false });
  return parts.flatMap((part) => {
    const item = readEmbeddedRequest(request, part.body);
    if (item === null || claimsTooMuch(item.view)) return [unread];
    return itemReadings(item.view).map((view) => (isPlainRead(view) ? readAction(view) : (batch.classify(view) ?? unread)));
  });
}
