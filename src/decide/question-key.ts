// The keys under which answers are remembered: all of what was read, and unambiguous.

import type { Action, Fact } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';
import type { Docket } from './docket.ts';
import { recordKey } from './own-records.ts';

/** A principal's parts as they go into keys: lists are counted and names length-prefixed, so no two read the same. */
export function principalKey({ agent, teams }: Principal): string {
  return `${sized(agent)}${teams.length}!${teams.map(sized).join('')}`;
}

/** A resource's name and what the proposal says it is in. */
export function resourceKey({ resource, parents }: Action): string {
  let key = `${sized(resource.id)}${parents.length}!`;
  for (const parent of parents) key += `${sized(parent.type)}${sized(parent.id)}`;
  return key;
}

/**
 * INVARIANT: two questions with one key have one answer. The key holds, unambiguously, all of what the docket's slices read; generations
 * of bundle and directory are not in it because a memo does not outlive them.
 */
export function questionKey(docket: Docket, principal: Principal, action: Action): string {
  const { reads, facts } = docket;
  let key = `${docket.number}|${action.resource.type}|`;
  if (reads.principal === 'uid') key += sized(principal.agent);
  else if (reads.principal !== 'nothing') key += principalKey(principal);
  if (reads.principal === 'entity') key += principal.user === null ? '-' : sized(principal.user);
  if (reads.resource === 'uid') key += sized(action.resource.id);
  else if (reads.resource !== 'nothing') key += resourceKey(action);
  key += '|';
  for (const name of facts)
    key += docket.action.facts.get(name) === 'Record' ? recordKey(action.own?.[name]) : factKey(action.facts[name]);
  return key;
}

function sized(text: string): string {
  return `${text.length}:${text}`;
}

function factKey(fact: Fact | undefined): string {
  if (fact === undefined) return '-';
  if (typeof fact === 'string') return `s${sized(fact)}`;
  if (typeof fact === 'number') return `n${fact};`;
  if (typeof fact === 'boolean') return fact ? 't' : 'f';
  // A cheap stand-in for a list that is too long to be kept anyway.
  return Array.isArray(fact) ? `l${fact.length}:${fact.map((item) => sized(String(item))).join('')}` : '?';
}
