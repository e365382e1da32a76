// The key by which a vendor does a thing once: found in the request, left out of its binding, and pinned to the first try's when it is sent.

import type { ParkRequest } from '../approve/tickets.ts';
import type { IdempotencyKey } from '../approve/ticket.ts';
import { isJsonObject, readJson } from '../classify/strict-json.ts';
import { HeaderList, type RawHeaders } from '../http/headers.ts';
import type { InspectedBody } from '../http/inspected-body.ts';
import type { RequestView } from '../http/request-view.ts';
import type { Provider } from '../providers/provider.ts';
import type { Decision } from './decision.ts';
import { substituteBody } from './rewrite.ts';

/** Stripe's own limit, the longest of those that are documented. */
const MAX_KEY_LENGTH = 255;

/** The request's own key. Two of them, or one that can't be read, are the vendor's to sort out: null, and it goes as it is. */
export function ownKey(request: RequestView, body: InspectedBody, provider: Provider | null): ParkRequest['idempotency'] {
  const place = provider?.idempotency;
  if (place === undefined) return null;
  const keys = place.at === 'header' ? request.headers.all(place.name) : bodyKeys(body, place.name);
  if (keys === null || keys.length > 1 || (keys[0] ?? '').length > MAX_KEY_LENGTH) return null;
  // In a body only a key that is there can be replaced: the vendor asks for one, and refuses the request without.
  return place.at === 'body' && keys.length === 0 ? null : { ...place, key: keys[0] ?? null };
}

function bodyKeys(body: InspectedBody, name: string): readonly string[] | null {
  const reading = body.problem === null ? readJson(body.bytes) : null;
  if (reading === null || reading.problem !== null || !isJsonObject(reading.value)) return null;
  const key = reading.value[name];
  return key === undefined ? [] : typeof key === 'string' ? [key] : null;
}

/**
 * What of the body counts for a binding: all of it but the key, which clients change from try to try. A repeat must be known for one.
 * INVARIANT: nothing else is left out.
 */
export function withoutKey(request: RequestView, body: InspectedBody, provider: Provider | null): Buffer {
  const own = ownKey(request, body, provider);
  if (own === null || own.at !== 'body' || provider?.edit === undefined) return body.bytes;
  return provider.edit(request, body, { kind: 'set', field: `/${own.name}`, value: '' }).bytes;
}

/** SDKs make a new key for each try: by the first one's the vendor knows a repeat for what it is. */
export function pinnedFields(headers: RawHeaders, pinned: IdempotencyKey | null): RawHeaders {
  if (pinned === null || pinned.at !== 'header') return headers;
  return [...new HeaderList(headers).without(new Set([pinned.name])).raw, pinned.name, pinned.key];
}

/** The decision with the first try's key in the body that goes; as it is when that is the key it has. Throws CONSTRAINT_FAILED. */
export function pinBody(decision: Decision, request: RequestView, pinned: IdempotencyKey | null): Decision {
  const { provider } = decision.proposal;
  if (pinned === null || pinned.at !== 'body' || provider?.edit === undefined) return decision;
  const body = decision.substitute?.body ?? decision.proposal.body;
  const before = decision.substitute?.request ?? request;
  const edited = provider.edit(before, body, { kind: 'set', field: `/${pinned.name}`, value: pinned.key });
  if (edited.changed.length === 0) return decision;
  const changed = [...(decision.substitute?.changed ?? []), `${pinned.name}: that of the first try`];
  const settle = decision.substitute?.settle ?? null;
  return { ...decision, substitute: { ...substituteBody(before, edited.bytes, changed), settle } };
}
