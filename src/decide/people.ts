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
  const { add, people } = gatherPeople();
  for (const entity of entities) add(entity);
  return people;
}

interface Gathered {
  add(entity: CedarEntity): void;
  /** Of the entities added so far. */
  readonly people: People;
}

/** The same for entities that come one after another. */
export function gatherPeople(): Gathered {
  const claims = noClaims();
  const people: People = {
    userBy(attribute, value) {
      const users = claims[attribute].get(value) ?? [];
      return users.length === 1 ? (users[0] ?? null) : null;
    },
  };
  return { add: (entity) => addClaims(claims, entity), people };
}

export function sharedIds(entities: Iterable<CedarEntity>): SharedId[] {
  const claims = noClaims();
  for (const entity of entities) addClaims(claims, entity);
  return PERSON_ATTRIBUTES.flatMap((attribute) =>
    [...claims[attribute]].filter(([, users]) => users.length > 1).map(([value, users]) => ({ attribute, value, users })),
  );
}

type Claims = Readonly<Record<PersonAttribute, Map<string, string[]>>>;

function noClaims(): Claims {
  return { slack: new Map(), oidc: new Map() };
}

function addClaims(claims: Claims, { uid, attrs }: CedarEntity): void {
  const { type, id } = '__entity' in uid ? uid.__entity : uid;
  if (type !== 'User') return;
  for (const attribute of PERSON_ATTRIBUTES) {
    const value = attrs[attribute];
    // An empty id is a form not filled in, never a person.
    if (typeof value !== 'string' || value === '') continue;
    const users = claims[attribute].get(value);
    if (users === undefined) claims[attribute].set(value, [id]);
    else users.push(id);
  }
}
