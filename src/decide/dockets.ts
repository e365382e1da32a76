// Finds which slices a question meets: those of its action whose scope names who asks, what it is about, something above them, or nobody.

import type { Action } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';
import { docketOf } from './docket.ts';
import type { Docket, Leads } from './docket.ts';
import type { CedarEntity, Question } from './engine.ts';
import type { EntityBook, Groups } from './entity-book.ts';
import { createMemo } from './memo.ts';
import { principalKey, resourceKey } from './question-key.ts';
import type { ActionShape } from './schema-shape.ts';
import { ANYONE } from './scope-key.ts';
import type { Slice, Slices } from './slices.ts';

/** One question to every slice of its docket, with all that any of them may look at. */
export interface PersonQuestion {
  readonly docket: Docket;
  readonly question: Question;
}

export interface Dockets {
  /** Of an agent's action; remembered while the directory does not change. */
  ofAction(shape: ActionShape, principal: Principal, action: Action): Docket;
  /** Of any question, by its two entities with their parents. */
  of(shape: ActionShape, principal: CedarEntity, resource: CedarEntity): Docket;
}

const MEMO_ENTRIES = 20_000;
const DOCKETS = 5_000;

export function createDockets(slices: Slices, leads: Leads, book: EntityBook, directory: Groups): Dockets {
  const known = createMemo<Docket>(MEMO_ENTRIES);
  const dockets = createMemo<Docket>(DOCKETS);
  const named = namedIn(slices);
  let directoryGeneration = directory.generation;
  let issued = 0;

  function of(shape: ActionShape, principal: CedarEntity, resource: CedarEntity): Docket {
    const met = slicesMet(slices, shape.name, principal, resource, book);
    const key = `${shape.name}|${met.map((slice) => slice.index).join()}`;
    const same = dockets.get(key);
    if (same !== undefined) return same;
    const docket = docketOf(issued, shape, met, leads);
    issued += Math.max(1, docket.gatherings.length);
    dockets.set(key, docket);
    return docket;
  }

  return {
    of,
    ofAction(shape, principal, action) {
      if (directory.generation !== directoryGeneration) {
        known.clear();
        directoryGeneration = directory.generation;
      }
      let key = `${shape.name}|${action.resource.type}|`;
      if (named.principals) key += principalKey(principal);
      if (named.resources) key += resourceKey(action);
      const remembered = known.get(key);
      if (remembered !== undefined) return remembered;
      const docket = of(shape, book.agent(principal), book.resource(action.resource, action.parents));
      known.set(key, docket);
      return docket;
    },
  };
}

/** Where no scope names an entity, which one asks makes no difference, and the memory need not tell them apart. */
function namedIn(slices: Slices): { readonly principals: boolean; readonly resources: boolean } {
  const isEntity = (key: string): boolean => key.includes('\0');
  const principals = [...slices.scopes.keys()].some(isEntity);
  const resources = slices.scopes.values().some((byResource) => [...byResource.keys()].some(isEntity));
  // Either may be in the other, or below the same groups, so what one is in can depend on who the other one is.
  return { principals: principals || resources, resources: principals || resources };
}

function slicesMet(slices: Slices, action: string, principal: CedarEntity, resource: CedarEntity, book: EntityBook): Slice[] {
  const built = [principal, resource];
  const met: Slice[] = [];
  const resources = book.above(resource, built);
  const types = [...resources.values()].slice(0, 1).map((uid) => uid.type);
  for (const asker of [ANYONE, ...book.above(principal, built).keys()]) {
    const byResource = slices.scopes.get(asker);
    if (byResource === undefined) continue;
    for (const target of [ANYONE, ...types, ...resources.keys()]) {
      for (const { actions, slices: numbers } of byResource.get(target) ?? [])
        if (actions.has(action)) met.push(...numbers.map((number) => slices.list[number]).filter((slice) => slice !== undefined));
    }
  }
  return met;
}
