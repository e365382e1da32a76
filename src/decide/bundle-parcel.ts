// A checked bundle in small pieces of plain data, to be sent from the thread that checked it to the one that judges by it.

import type { Budget } from '../budget/budget.ts';
import type { Bundle } from './bundle.ts';
import type { Constraint } from './constraint.ts';
import type { CedarEntity } from './engine.ts';
import { uidKey } from './entities.ts';
import { gatherPeople } from './people.ts';
import type { ToolMapping } from '../tools/tool-mapping.ts';
import type { Policy } from './policy.ts';
import type { Reads } from './reads.ts';
import type { SchemaShape } from './schema-shape.ts';
import { textsOf } from './slices.ts';
import type { Cut, Slice, Slices } from './slices.ts';

/** Sets of actions are sent once and named by their place: most policies share a few, and each may have a hundred names. */
export interface BundleHead {
  readonly directory: string;
  readonly digest: string;
  readonly shape: SchemaShape;
  readonly constraints: ReadonlyMap<string, Constraint>;
  readonly budgets: readonly Budget[];
  readonly tools: readonly ToolMapping[];
  readonly actionSets: ReadonlyArray<ReadonlySet<string>>;
  /** Some of its policies are in shadow. */
  readonly shadowed: boolean;
}

type SentPolicy = Omit<Policy, 'actions'> & { readonly actionSet: number };
/** Policies by their place in the bundle. */
interface SentSlice {
  readonly policies: readonly number[];
  readonly reads: Reads;
}
interface SentCut {
  readonly principal: string;
  readonly resource: string;
  readonly actionSet: number;
  readonly slices: readonly number[];
}

export type BundlePiece =
  | { readonly kind: 'entities'; readonly items: readonly CedarEntity[] }
  | { readonly kind: 'policies'; readonly items: readonly SentPolicy[] }
  | { readonly kind: 'slices'; readonly side: Side; readonly items: readonly SentSlice[] }
  | { readonly kind: 'cuts'; readonly side: Side; readonly items: readonly SentCut[] };

/** Of what is in force, or only of its shadow side. */
type Side = 'force' | 'shadow';

/** Items of a piece: to read one takes a millisecond or so, and what it leaves in V8's young space as long again. */
const PIECE_ITEMS = 30;

export function headOf(bundle: Bundle): BundleHead {
  const { directory, digest, shape, constraints, budgets, tools } = bundle;
  const actionSets = [...actionSetsOf(bundle).keys()];
  return { directory, digest, shape, constraints, budgets, tools, actionSets, shadowed: bundle.shadowSlices !== null };
}

/** Every piece, in the order in which they are put together. */
export function* piecesOf(bundle: Bundle): Generator<BundlePiece> {
  const places = actionSetsOf(bundle);
  const placeOf = (actions: ReadonlySet<string>): number => places.get(actions) ?? -1;
  const policies = bundle.policies.map(({ actions, ...policy }) => ({ ...policy, actionSet: placeOf(actions) }));
  const numbers = new Map(bundle.policies.map((policy, index) => [policy, index]));
  const { slices, shadowSlices } = bundle;
  const sentSlice = (slice: Slice): SentSlice => ({
    policies: slice.policies.map((policy) => numbers.get(policy) ?? -1),
    reads: slice.reads,
  });
  const sentCut = ({ principal, resource, cut }: ScopedCut): SentCut => ({
    principal,
    resource,
    actionSet: placeOf(cut.actions),
    slices: cut.slices,
  });
  for (const items of chunks([...bundle.entities.values()])) yield { kind: 'entities', items };
  for (const items of chunks(policies)) yield { kind: 'policies', items };
  for (const items of chunks(slices.list.map(sentSlice))) yield { kind: 'slices', side: 'force', items };
  for (const items of chunks([...cutsOf(slices)].map(sentCut))) yield { kind: 'cuts', side: 'force', items };
  if (shadowSlices === null) return;
  // Of the joined ones those that are not sent yet: a cut in force is in both.
  const inForce = new Set([...cutsOf(slices)].map(({ cut }) => cut.slices));
  const inShadow = [...cutsOf(shadowSlices)].filter(({ cut }) => !inForce.has(cut.slices));
  for (const items of chunks(shadowSlices.list.slice(slices.list.length).map(sentSlice)))
    yield { kind: 'slices', side: 'shadow', items };
  for (const items of chunks(inShadow.map(sentCut))) yield { kind: 'cuts', side: 'shadow', items };
}

interface ScopedCut {
  readonly principal: string;
  readonly resource: string;
  readonly cut: Cut;
}

function* cutsOf({ scopes }: Slices): Generator<ScopedCut> {
  for (const [principal, byResource] of scopes)
    for (const [resource, cuts] of byResource) for (const cut of cuts) yield { principal, resource, cut };
}

export function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / PIECE_ITEMS) }, (_, i) =>
    items.slice(i * PIECE_ITEMS, (i + 1) * PIECE_ITEMS),
  );
}

function actionSetsOf(bundle: Bundle): Map<ReadonlySet<string>, number> {
  const places = new Map<ReadonlySet<string>, number>();
  const add = (actions: ReadonlySet<string>): void => {
    if (!places.has(actions)) places.set(actions, places.size);
  };
  for (const policy of bundle.policies) add(policy.actions);
  for (const { cut } of cutsOf(bundle.shadowSlices ?? bundle.slices)) add(cut.actions);
  return places;
}

interface Assembly {
  add(piece: BundlePiece): void;
  /** Once every piece was added. */
  readonly bundle: Bundle;
}

/** Puts the pieces together as they come, maps and all: once they are there nothing is left to be gone through. Throws for a place that no earlier piece filled. */
export function assemble(head: BundleHead): Assembly {
  const { directory, digest, shape, constraints, budgets, tools, actionSets, shadowed } = head;
  const entities = new Map<string, CedarEntity>();
  const { add: addPerson, people } = gatherPeople();
  const policies: Policy[] = [];
  const policyById = new Map<string, Policy>();
  const inForce = gatherSlices();
  /** All of them, those in force first: whatever is in force goes into both. */
  const joined = shadowed ? gatherSlices() : null;

  function addEntity(entity: CedarEntity): void {
    entities.set(keyOf(entity), entity);
    addPerson(entity);
  }

  function addPolicy(policy: Policy): void {
    policies.push(policy);
    policyById.set(policy.id, policy);
  }

  const shadowSide = joined === null ? [] : [joined];
  const gathering = { force: [inForce, ...shadowSide], shadow: shadowSide };

  return {
    add(piece) {
      if (piece.kind === 'entities') for (const entity of piece.items) addEntity(entity);
      else if (piece.kind === 'policies')
        for (const { actionSet, ...policy } of piece.items) addPolicy({ ...policy, actions: at(actionSets, actionSet) });
      else if (piece.kind === 'slices')
        for (const { policies: places, reads } of piece.items) {
          const own = places.map((place) => at(policies, place));
          for (const slices of gathering[piece.side]) slices.addSlice(own, reads);
        }
      else
        for (const { principal, resource, actionSet, slices: numbers } of piece.items) {
          const cut = { actions: at(actionSets, actionSet), slices: numbers };
          for (const slices of gathering[piece.side]) slices.addCut(principal, resource, cut);
        }
    },
    get bundle() {
      const slices = { slices: inForce.slices, shadowSlices: joined?.slices ?? null };
      return { directory, digest, shape, constraints, budgets, tools, entities, people, policies, policyById, ...slices };
    },
  };
}

interface GatheredSlices {
  addSlice(policies: readonly Policy[], reads: Reads): void;
  addCut(principal: string, resource: string, cut: Cut): void;
  readonly slices: Slices;
}

function gatherSlices(): GatheredSlices {
  const list: Slice[] = [];
  const scopes = new Map<string, Map<string, Cut[]>>();
  return {
    addSlice(policies, reads) {
      list.push({ index: list.length, policies, texts: textsOf(policies), reads });
    },
    addCut(principal, resource, cut) {
      const byResource = scopes.get(principal) ?? new Map<string, Cut[]>();
      scopes.set(principal, byResource);
      byResource.set(resource, [...(byResource.get(resource) ?? []), cut]);
    },
    slices: { list, scopes },
  };
}

function keyOf({ uid }: CedarEntity): string {
  const { type, id } = '__entity' in uid ? uid.__entity : uid;
  return uidKey(type, id);
}

function at<T>(items: readonly T[], place: number): T {
  const item = items[place];
  if (item === undefined) throw new Error(`a piece of the bundle names number ${place}, which is missing`);
  return item;
}
