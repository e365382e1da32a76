// Joins an entry's hashed body with the values that lie beside it.

import type { Json } from './canonical.ts';
import { isCommitment } from './commitment.ts';
import type { Hidden } from './commitment.ts';

/** Hidden values of one entry by place, for instance `actions/0/facts/recipients`. */
export type HiddenValues = Readonly<Record<string, Hidden>>;

/**
 * The body with hidden values in their places. An erased one reads as the text `commitment:<hex>`, which no longer tells anything
 * but still can be compared.
 */
export function reveal(body: Json, hidden: HiddenValues | null): Json {
  return revealAt(body, hidden ?? {}, '');
}

function revealAt(body: Json, hidden: HiddenValues, place: string): Json {
  if (body === null || typeof body !== 'object') return body;
  if (isCommitment(body))
    return (Object.hasOwn(hidden, place) ? hidden[place]?.value : undefined) ?? `commitment:${body.commitment}`;
  if (Array.isArray(body)) return body.map((member: Json, index) => revealAt(member, hidden, join(place, String(index))));
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, revealAt(value, hidden, join(place, key))]));
}

function join(place: string, key: string): string {
  return place === '' ? key : `${place}/${key}`;
}
