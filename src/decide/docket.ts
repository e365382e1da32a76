// The slices that a question meets, and what they read of it together.

import { joinedSet } from './joined-set.ts';
import type { Asked, JoinedSet } from './joined-set.ts';
import { joinReads } from './reads.ts';
import type { Reads } from './reads.ts';
import type { ActionShape } from './schema-shape.ts';
import { MAX_SLICE_CHARACTERS, MAX_SLICE_POLICIES } from './slices.ts';
import type { Slice } from './slices.ts';

/** A slice, and what goes into a question to it. */
interface Meeting extends Asked {
  readonly slice: Slice;
}

/** Slices that are small enough to be asked as one set: a question costs as much as ten policies, whatever is in the set. */
export interface Gathering {
  readonly meets: readonly Meeting[];
  /** Their policies in one set. */
  readonly joined: JoinedSet;
}

export interface Docket {
  /** Another docket has another number. */
  readonly number: number;
  readonly action: ActionShape;
  /** Every slice is in one of them. */
  readonly gatherings: readonly Gathering[];
  /** What any of the slices reads. */
  readonly reads: Reads;
  /** The facts that any of them reads, sorted. */
  readonly facts: readonly string[];
}

export type Leads = ReadonlyMap<string, ReadonlySet<string>>;

/** `number`: its own; the gatherings' numbers follow it. */
export function docketOf(number: number, action: ActionShape, met: readonly Slice[], leads: Leads): Docket {
  const asked = (all: readonly Reads[]): Asked => {
    const reads = readsWithin(action, joinReads(all), leads);
    return { reads, facts: factsOf(action, reads) };
  };
  const gatherings = gather(met).map((slices, i): Gathering => {
    const meets = slices.map((slice) => ({ slice, ...asked([slice.reads]) }));
    const policies = slices.flatMap((slice) => slice.policies);
    return { meets, joined: joinedSet(number + i, action.name, policies, asked) };
  });
  return { number, action, gatherings, ...asked(met.map((slice) => slice.reads)) };
}

/** As few as it takes, none larger than a slice may be: a joined set is preparsed in one go too. */
function gather(met: readonly Slice[]): Slice[][] {
  const gathered: Array<{ readonly slices: Slice[]; policies: number; characters: number }> = [];
  for (const slice of met.toSorted((a, b) => b.policies.length - a.policies.length)) {
    const policies = slice.policies.length;
    const characters = slice.policies.reduce((sum, { text }) => sum + text.length, 0);
    const fits = (one: (typeof gathered)[number]): boolean =>
      one.policies + policies <= MAX_SLICE_POLICIES && one.characters + characters <= MAX_SLICE_CHARACTERS;
    const open = gathered.find(fits);
    if (open === undefined) gathered.push({ slices: [slice], policies, characters });
    else {
      open.slices.push(slice);
      open.policies += policies;
      open.characters += characters;
    }
  }
  return gathered.map(({ slices }) => slices);
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
