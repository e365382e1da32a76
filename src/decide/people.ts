// Who a person is elsewhere: the Slack and OpenID Connect ids of the bundle's users, each of them one person's or nobody's.

import type { CedarEntity } from './engine.ts';

/** Attributes of `User` that name the same person at another service. */
export type PersonAttribute = 'slack' | 'oidc';

export const PERSON_ATTRIBUTES: readonly PersonAttribute[] = ['slack', 'oidc'];

export interface People {
  /** The user whose attribute has exactly this value; null when there is none, or more than one. */
  userBy(attribute: PersonAttribute, value: string): string | null;
}

/** An id that more than one user claims. */
export interface SharedId {
  readonly attribute: PersonAttribute;
  readonly value: string;
  readonly users: readonly string[];
}

/** INVARIANT: an id that two users claim is nobody's. Whoever can write one entity must not sign in as another. */
export function peopleOf(entities: Iterable<CedarEntity>): People {
  const claims = claimsOf(entities);
  return {
    userBy(attribute, value) {
      const users = claims[attribute].get(value) ?? [];
      return users.length === 1 ? (users[0] ?? null) : null;
    },
  };
}

export function sharedIds(entities: Iterable<CedarEntity>): SharedId[] {
  const claims = claimsOf(entities);
  return PERSON_ATTRIBUTES.flatMap((attribute) =>
    [...claims[attribute]].filter(([, users]) => users.length > 1).map(([value, users]) => ({ attribute, value, users })),
  );
}

type Claims = Readonly<Record<PersonAttribute, ReadonlyMap<string, readonly string[]>>>;

function claimsOf(entities: Iterable<CedarEntity>): Claims {
  const claims = { slack: new Map<string, string[]>(), oidc: new Map<string, string[]>() };
  for (const { uid, attrs } of entities) {
    const { type, id } = '__entity' in uid ? uid.__entity : uid;
    if (type !== 'User') continue;
    for (const attribute of PERSON_ATTRIBUTES) {
      const value = attrs[attribute];
      // An empty id is a form not filled in, never a person.
      if (typeof value !== 'string' || value === '') continue;
      claims[attribute].set(value, [...(claims[attribute].get(value) ?? []), id]);
    }
  }
  return claims;
}
