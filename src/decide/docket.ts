// The slices that a question meets, and what they read of it together.

import { joinReads } from './reads.ts';
import type { Reads } from './reads.ts';
import type { ActionShape } from './schema-shape.ts';
import type { Slice } from './slices.ts';

/** A slice, and the facts of the action that go into it. */
interface Meeting {
  readonly slice: Slice;
  /** What it reads, and with it whoever that leads to. */
  readonly reads: Reads;
  /** Sorted: those read that the schema knows. */
  readonly facts: readonly string[];
}

export interface Docket {
  /** Another docket has another number. */
  readonly number: number;
  readonly action: ActionShape;
  readonly meets: readonly Meeting[];
  /** What any of the slices reads. */
  readonly reads: Reads;
  /** The facts that any of them reads, sorted. */
  readonly facts: readonly string[];
}

export type Leads = ReadonlyMap<string, ReadonlySet<string>>;

export function docketOf(number: number, action: ActionShape, met: readonly Slice[], leads: Leads): Docket {
  const meets = met.map((slice) => {
    const reads = readsWithin(action, slice.reads, leads);
    return { slice, reads, facts: factsOf(action, reads) };
  });
  const reads = joinReads(meets.map((meeting) => meeting.reads));
  return { number, action, meets, reads, facts: factsOf(action, reads) };
}

/**
 * INVARIANT: an entity that the other one's attributes or ancestors lead to is the same one, so it is given as it is: the directory's
 * teams of an agent and what a proposal says of its resource are not in the bundle's list.
 */
function readsWithin(action: ActionShape, reads: Reads, leads: Leads): Reads {
  const askers = [...action.principals];
  const targets = [...action.resources];
  const reached = new Set(reads.entered.map(({ type }) => type));
  for (const type of [
    ...reached,
    ...(reads.principal === 'entity' ? askers : []),
    ...(reads.resource === 'entity' ? targets : []),
  ])
    for (const further of leads.get(type) ?? []) reached.add(further);
  const principal = askers.some((type) => reached.has(type)) ? 'entity' : reads.principal;
  const resource = targets.some((type) => reached.has(type)) ? 'entity' : reads.resource;
  const same = principal === reads.principal && resource === reads.resource;
  // One that is now given in full may lead to the other one.
  return same ? reads : readsWithin(action, { ...reads, principal, resource }, leads);
}

function factsOf(action: ActionShape, { facts }: Reads): string[] {
  return [...action.facts.keys()].filter((fact) => facts === 'all' || facts.has(fact)).toSorted();
}
