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
import type { Cut, Slice } from './slices.ts';

/** Sets of actions are sent once and named by their place: most policies share a few, and each may have a hundred names. */
export interface BundleHead {
  readonly directory: string;
  readonly digest: string;
  readonly shape: SchemaShape;
  readonly constraints: ReadonlyMap<string, Constraint>;
  readonly budgets: readonly Budget[];
  readonly tools: readonly ToolMapping[];
  readonly actionSets: ReadonlyArray<ReadonlySet<string>>;
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
  | { readonly kind: 'slices'; readonly items: readonly SentSlice[] }
  | { readonly kind: 'cuts'; readonly items: readonly SentCut[] };

/** Items of a piece: to read one takes a millisecond or so, and what it leaves in V8's young space as long again. */
const PIECE_ITEMS = 50;

export function headOf(bundle: Bundle): BundleHead {
  const { directory, digest, shape, constraints, budgets, tools } = bundle;
  return { directory, digest, shape, constraints, budgets, tools, actionSets: [...actionSetsOf(bundle).keys()] };
}

/** Every piece, in the order in which they are put together. */
export function* piecesOf(bundle: Bundle): Generator<BundlePiece> {
  const places = actionSetsOf(bundle);
  const placeOf = (actions: ReadonlySet<string>): number => places.get(actions) ?? -1;
  const policies = bundle.policies.map(({ actions, ...policy }) => ({ ...policy, actionSet: placeOf(actions) }));
  const numbers = new Map(bundle.policies.map((policy, index) => [policy, index]));
  const slices = bundle.slices.list.map((slice) => ({
    policies: slice.policies.map((policy) => numbers.get(policy) ?? -1),
    reads: slice.reads,
  }));
  const cuts = [...bundle.slices.scopes].flatMap(([principal, byResource]) =>
    [...byResource].flatMap(([resource, own]) =>
      own.map((cut) => ({ principal, resource, actionSet: placeOf(cut.actions), slices: cut.slices })),
    ),
  );
  for (const items of chunks([...bundle.entities.values()])) yield { kind: 'entities', items };
  for (const items of chunks(policies)) yield { kind: 'policies', items };
  for (const items of chunks(slices)) yield { kind: 'slices', items };
  for (const items of chunks(cuts)) yield { kind: 'cuts', items };
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
  for (const byResource of bundle.slices.scopes.values())
    for (const cuts of byResource.values()) for (const cut of cuts) add(cut.actions);
  return places;
}

interface Assembly {
  add(piece: BundlePiece): void;
  /** Once every piece was added. */
  readonly bundle: Bundle;
}

/** Puts the pieces together as they come, maps and all: once they are there nothing is left to be gone through. Throws for a place that no earlier piece filled. */
export function assemble(head: BundleHead): Assembly {
  const { directory, digest, shape, constraints, budgets, tools, actionSets } = head;
  const entities = new Map<string, CedarEntity>();
  const { add: addPerson, people } = gatherPeople();
  const policies: Policy[] = [];
  const policyById = new Map<string, Policy>();
  const list: Slice[] = [];
  const scopes = new Map<string, Map<string, Cut[]>>();

  function addEntity(entity: CedarEntity): void {
    entities.set(keyOf(entity), entity);
    addPerson(entity);
  }

  function addPolicy(policy: Policy): void {
    policies.push(policy);
    policyById.set(policy.id, policy);
  }

  return {
    add(piece) {
      if (piece.kind === 'entities') for (const entity of piece.items) addEntity(entity);
      else if (piece.kind === 'policies')
        for (const { actionSet, ...policy } of piece.items) addPolicy({ ...policy, actions: at(actionSets, actionSet) });
      else if (piece.kind === 'slices')
        for (const { policies: places, reads } of piece.items) {
          const own = places.map((place) => at(policies, place));
          list.push({ index: list.length, policies: own, texts: textsOf(own), reads });
        }
      else for (const cut of piece.items) addCut(scopes, cut, at(actionSets, cut.actionSet));
    },
    get bundle() {
      const slices = { list, scopes };
      return { directory, digest, shape, constraints, budgets, tools, entities, people, policies, policyById, slices };
    },
  };
}

function addCut(
  scopes: Map<string, Map<string, Cut[]>>,
  { principal, resource, slices }: SentCut,
  actions: ReadonlySet<string>,
): void {
  const byResource = scopes.get(principal) ?? new Map<string, Cut[]>();
  scopes.set(principal, byResource);
  byResource.set(resource, [...(byResource.get(resource) ?? []), { actions, slices }]);
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
