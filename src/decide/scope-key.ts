// Whom and what a policy's scope names, as a key to find it by: the policies that can't be meant by a question are never asked.

import type { PolicyTree } from './engine.ts';
import { uidKey } from './entities.ts';

export interface ScopeKey {
  /** ANYONE, or the key of the entity that the principal must be or be in. */
  readonly principal: string;
  /** ANYONE, the name of a type, or the key of the entity that the resource must be or be in. */
  readonly resource: string;
}

/** No type is called that, and every key of an entity holds a NUL. */
export const ANYONE = '*';

/** INVARIANT: a scope that this can't read is under ANYONE, where every question looks. */
export function scopeKeyOf(policy: PolicyTree): ScopeKey {
  // Agents ask of actions and people of tickets, so a principal's type alone would part nothing that the action has not.
  const principal = keyOf(policy.principal);
  return { principal: principal.includes('\0') ? principal : ANYONE, resource: keyOf(policy.resource) };
}

function keyOf(constraint: PolicyTree['principal'] | PolicyTree['resource']): string {
  if (constraint.op === 'All') return ANYONE;
  if (constraint.op === 'is') {
    const within = constraint.in;
    return within !== undefined && 'entity' in within ? entityKey(within.entity) : constraint.entity_type;
  }
  return 'entity' in constraint ? entityKey(constraint.entity) : ANYONE;
}

function entityKey(entity: { readonly __entity: Uid } | Uid): string {
  const { type, id } = '__entity' in entity ? entity.__entity : entity;
  return uidKey(type, id);
}

interface Uid {
  readonly type: string;
  readonly id: string;
}
